package io.deltaport.job;

import io.deltaport.meta.Database;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Jobs as the API shows and changes them. Thread-safe; blocks. */
@ApplicationScoped
public class JobRequests {
  private final Database database;
  private final Jobs jobs;

  JobRequests(Database database, Jobs jobs) {
    this.database = database;
    this.jobs = jobs;
  }

  /** Returns the job. */
  public Optional<JobEntity> find(UUID id) {
    return Optional.ofNullable(database.transact(session -> jobs.find(session, id)));
  }

  /** Returns at most {@code limit} jobs, newest first; an empty repository or state means every. */
  public List<JobEntity> list(String repository, String state, int limit) {
    return database.transact(session -> jobs.list(session, repository, state, limit));
  }

  /** Ends a job: at once one that waits, soon one that runs, and not at all one that has ended. */
  public Optional<JobEntity> cancel(UUID id) {
    return Optional.ofNullable(database.transact(session -> jobs.cancel(session, id)));
  }

  /** Makes a job that waits more or less urgent. */
  public Optional<JobEntity> prioritize(UUID id, JobPriority priority) {
    return Optional.ofNullable(
        database.transact(session -> jobs.prioritize(session, id, priority)));
  }
}
