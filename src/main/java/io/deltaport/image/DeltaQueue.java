package io.deltaport.image;

import io.deltaport.job.JobEntity;
import io.deltaport.job.JobKind;
import io.deltaport.job.JobRequest;
import io.deltaport.job.JobRunner;
import io.deltaport.job.Jobs;
import io.deltaport.meta.Database;
import io.deltaport.oci.ErrorCode;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.function.Function;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.hibernate.reactive.mutiny.Mutiny.StatelessSession;

/**
 * Takes work that clients ask for, as long as there is not too much of it: any pair of releases can
 * be asked for, and there are many more pairs than releases. Thread-safe.
 */
@ApplicationScoped
class DeltaQueue {
  private final Database database;
  private final Jobs jobs;
  private final JobRunner runner;
  private final long max;

  DeltaQueue(
      Database database,
      Jobs jobs,
      JobRunner runner,
      @ConfigProperty(name = "deltaport.deltas.queue-max") long max) {
    this.database = database;
    this.jobs = jobs;
    this.runner = runner;
    this.max = max;
  }

  /**
   * Asks for a delta; the same delta is asked for once.
   *
   * @throws RegistryException with TOOMANYREQUESTS when too many wait already
   */
  JobEntity ask(JobRequest request) {
    return ask(request, session -> Uni.createFrom().item(0));
  }

  /**
   * As above.
   *
   * @param note writes down what the job must know, in the transaction that asks for it
   */
  JobEntity ask(JobRequest request, Function<StatelessSession, Uni<Integer>> note) {
    if (!database.transact(session -> jobs.isActive(session, request))) {
      checkRoom();
    }
    return enqueue(request, note);
  }

  private void checkRoom() {
    long waiting =
        database.transact(
            session -> jobs.countActive(session, JobKind.DELTA, JobKind.STATIC_DELTA));
    if (waiting >= max) {
      throw new RegistryException(
          ErrorCode.TOOMANYREQUESTS,
          waiting + " deltas are waiting to be made; ask again when there are fewer");
    }
  }

  /** Takes in an image, without which a delta cannot be made. */
  JobEntity absorb(String repository, String digest) {
    return enqueue(
        JobRequest.of(JobKind.ABSORB, repository, null, digest),
        session -> Uni.createFrom().item(0));
  }

  private JobEntity enqueue(JobRequest request, Function<StatelessSession, Uni<Integer>> note) {
    JobEntity job =
        database.transact(
            session ->
                note.apply(session)
                    .flatMap(i -> jobs.enqueue(session, request.byName()))
                    .flatMap(id -> jobs.find(session, id)));
    runner.wake();
    return job;
  }
}
