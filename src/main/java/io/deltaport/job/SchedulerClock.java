package io.deltaport.job;

import com.github.kagkarlsson.scheduler.Clock;
import java.time.Instant;

/**
 * The time by which jobs are due and alive: the database's when the server started, and from then
 * on the time that has really passed. Thread-safe.
 *
 * <p>Clocks of machines are set forward and back. By such a clock a running job would look dead,
 * and run twice, or wait for as long as the clock went back.
 */
final class SchedulerClock implements Clock {
  private volatile Anchor anchor = new Anchor(Instant.now(), System.nanoTime());

  private record Anchor(Instant time, long nanos) {}

  /** Goes on from {@code databaseTime}. */
  void set(Instant databaseTime) {
    anchor = new Anchor(databaseTime, System.nanoTime());
  }

  @Override
  public Instant now() {
    Anchor from = anchor;
    return from.time().plusNanos(System.nanoTime() - from.nanos());
  }
}
