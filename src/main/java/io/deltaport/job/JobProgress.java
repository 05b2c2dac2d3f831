package io.deltaport.job;

import io.deltaport.meta.Database;
import io.deltaport.util.Progress;
import java.util.UUID;
import java.util.concurrent.CancellationException;

/**
 * Writes a job's progress to its row, a few times a second at most, and ends the work when somebody
 * has cancelled it there. Thread-safe.
 */
final class JobProgress implements Progress {
  private static final long INTERVAL_NANOS = 300_000_000L;

  private final Database database;
  private final Jobs jobs;
  private final UUID id;
  private String lastStage = "";
  private long lastNanos;
  private boolean cancelled;

  JobProgress(Database database, Jobs jobs, UUID id) {
    this.database = database;
    this.jobs = jobs;
    this.id = id;
  }

  @Override
  public synchronized void update(String stage, long done, long total) {
    if (Thread.currentThread().isInterrupted()) {
      throw new CancellationException("the server is stopping");
    }
    long now = System.nanoTime();
    if (stage.equals(lastStage) && now - lastNanos < INTERVAL_NANOS) {
      return;
    }
    lastStage = stage;
    lastNanos = now;
    cancelled |= database.transact(session -> jobs.progress(session, id, stage, done, total));
    if (cancelled) {
      throw new CancellationException(Jobs.CANCELLED);
    }
  }

  /** Says whether the work ends because somebody asked for it. */
  synchronized boolean isCancelled() {
    return cancelled;
  }
}
