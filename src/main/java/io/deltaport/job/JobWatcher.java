package io.deltaport.job;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Hears of jobs as they change, until it is closed. For one thread that reads. */
public final class JobWatcher implements AutoCloseable {
  /** Changes that wait for who reads too slowly; then it ends. */
  private static final int WAITING_MAX = 10_000;

  private final BlockingQueue<JobEntity> waiting = new LinkedBlockingQueue<>(WAITING_MAX);
  private final Consumer<JobWatcher> whenClosed;
  private volatile boolean tooSlow;

  JobWatcher(Consumer<JobWatcher> whenClosed) {
    this.whenClosed = whenClosed;
  }

  void tell(JobEntity job) {
    tooSlow |= !waiting.offer(job);
  }

  /** Waits for the next change, for a time at most. */
  public Optional<JobEntity> next(Duration time) throws InterruptedException {
    return Optional.ofNullable(waiting.poll(time.toNanos(), TimeUnit.NANOSECONDS));
  }

  /** Says whether changes were lost because they were not read in time. */
  public boolean isTooSlow() {
    return tooSlow;
  }

  @Override
  public void close() {
    whenClosed.accept(this);
  }
}
