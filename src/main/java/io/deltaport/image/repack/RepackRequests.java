package io.deltaport.image.repack;

import io.deltaport.job.JobKind;
import io.deltaport.job.JobPriority;
import io.deltaport.job.JobRequest;
import io.deltaport.job.Jobs;
import io.deltaport.job.RecurringWork;
import io.deltaport.meta.Database;
import io.deltaport.meta.PackStates;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;

/** Asks for repacking: one job at a time for everything, so that it leaves room for others. */
@ApplicationScoped
public class RepackRequests implements RecurringWork {
  /** Target of the job. */
  static final String TARGET = "packs";

  private final Database database;
  private final Jobs jobs;
  private final PackStates packs;
  private final RepackSettings settings;

  RepackRequests(Database database, Jobs jobs, PackStates packs, RepackSettings settings) {
    this.database = database;
    this.jobs = jobs;
    this.packs = packs;
    this.settings = settings;
  }

  /** Asks for it after an image was absorbed, or has taken the place of another one. */
  public void follow(String digest) {
    if (!settings.enabled()) {
      return;
    }
    database.transact(
        session ->
            packs
                .mark(session, digest, false)
                .flatMap(ignored -> packs.isWorthIt(session, digest, PackRepack.PACK_BYTES_MIN))
                .flatMap(
                    worthIt ->
                        worthIt
                            ? jobs.enqueue(session, request()).replaceWithVoid()
                            : Uni.createFrom().voidItem()));
  }

  @Override
  public String name() {
    return "repack";
  }

  @Override
  public Duration interval() {
    return settings.enabled() ? settings.interval() : Duration.ZERO;
  }

  @Override
  public void ask() {
    database.transact(
        session ->
            packs
                .hasWork(session, PackRepack.PACK_BYTES_MIN, PackRepack.DEAD_PERCENT_MIN)
                .flatMap(
                    work ->
                        work
                            ? jobs.enqueue(session, request()).replaceWithVoid()
                            : Uni.createFrom().voidItem()));
  }

  private static JobRequest request() {
    return JobRequest.of(JobKind.REPACK, "", null, TARGET).withPriority(JobPriority.LOW);
  }
}
