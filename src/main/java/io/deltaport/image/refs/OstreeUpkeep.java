package io.deltaport.image.refs;

import io.deltaport.job.JobKind;
import io.deltaport.job.JobRequest;
import io.deltaport.job.JobRunner;
import io.deltaport.job.Jobs;
import io.deltaport.job.RecurringWork;
import io.deltaport.meta.Database;
import io.deltaport.meta.OstreeCommits;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.List;
import org.hibernate.reactive.mutiny.Mutiny.StatelessSession;

/**
 * Finds refs that are behind their tags, tagged images without a commit, and refs for which no
 * static deltas were asked: those of before this part of the server existed, those that were
 * imported, and those of whom a crash or a race left something undone.
 */
@ApplicationScoped
class OstreeUpkeep implements RecurringWork {
  private static final Duration INTERVAL = Duration.ofSeconds(30);

  /** Images that one look asks for; the next look finds the others. */
  private static final int IMAGES_AT_ONCE = 100;

  private final Database database;
  private final OstreeCommits commits;
  private final RefFollower refs;
  private final StaticDeltaPolicy deltas;
  private final Jobs jobs;
  private final JobRunner runner;

  OstreeUpkeep(
      Database database,
      OstreeCommits commits,
      RefFollower refs,
      StaticDeltaPolicy deltas,
      Jobs jobs,
      JobRunner runner) {
    this.database = database;
    this.commits = commits;
    this.refs = refs;
    this.deltas = deltas;
    this.jobs = jobs;
    this.runner = runner;
  }

  @Override
  public String name() {
    return "ostree-upkeep";
  }

  @Override
  public Duration interval() {
    return INTERVAL;
  }

  @Override
  public void ask() {
    refs.followAll();
    boolean missing = database.transact(this::askForMissing);
    int unasked = database.transact(deltas::catchUp);
    if (missing || unasked > 0) {
      runner.wake();
    }
  }

  private Uni<Boolean> askForMissing(StatelessSession session) {
    return commits
        .missing(session, IMAGES_AT_ONCE)
        .flatMap(images -> enqueue(session, images).replaceWith(!images.isEmpty()));
  }

  private Uni<Void> enqueue(StatelessSession session, List<Object[]> images) {
    Uni<Void> chain = Uni.createFrom().voidItem();
    for (Object[] image : images) {
      chain =
          chain.flatMap(
              ignored ->
                  jobs.enqueue(
                          session,
                          JobRequest.of(JobKind.ABSORB, (String) image[0], null, (String) image[1]))
                      .replaceWithVoid());
    }
    return chain;
  }
}
