package io.deltaport.image.gc;

import io.deltaport.job.JobEntity;
import io.deltaport.job.JobKind;
import io.deltaport.job.JobRequest;
import io.deltaport.job.JobRunner;
import io.deltaport.job.Jobs;
import io.deltaport.job.RecurringWork;
import io.deltaport.meta.Database;
import io.deltaport.meta.gc.GcRuns;
import io.deltaport.meta.gc.GcRuns.Run;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Garbage collection as the API and the clock ask for it. Thread-safe. */
@ApplicationScoped
public class GcRequests implements RecurringWork {
  private final Database database;
  private final Jobs jobs;
  private final JobRunner runner;
  private final GcRuns runs;
  private final Duration interval;

  GcRequests(
      Database database,
      Jobs jobs,
      JobRunner runner,
      GcRuns runs,
      @ConfigProperty(name = "deltaport.gc.interval") Duration interval) {
    this.database = database;
    this.jobs = jobs;
    this.runner = runner;
    this.runs = runs;
    this.interval = interval;
  }

  /** Asks for a run and returns its job, which may be one that was asked for before. */
  public JobEntity start(boolean dryRun) {
    JobEntity job =
        database.transact(
            session ->
                jobs.enqueue(session, request(dryRun).byName())
                    .flatMap(id -> jobs.find(session, id)));
    runner.wake();
    return job;
  }

  /** Returns at most {@code limit} runs, newest first. */
  public List<Run> list(int limit) {
    return database.transact(session -> runs.list(session, null, limit));
  }

  /** Returns one run. */
  public Optional<Run> find(UUID id) {
    return database.transact(session -> runs.list(session, id, 1)).stream().findFirst();
  }

  @Override
  public String name() {
    return "gc";
  }

  @Override
  public Duration interval() {
    return interval;
  }

  @Override
  public void ask() {
    database.transact(session -> jobs.enqueue(session, request(false)));
  }

  private static JobRequest request(boolean dryRun) {
    return JobRequest.of(
        JobKind.GC, "", null, dryRun ? GarbageCollection.DRY_RUN : GarbageCollection.SWEEP);
  }
}
