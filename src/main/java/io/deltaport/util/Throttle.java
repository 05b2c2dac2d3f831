package io.deltaport.util;

import java.io.InterruptedIOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** Holds work back to so many bytes a second, and counts them. Thread-safe. */
public final class Throttle {
  /** Time that may be made up after a pause: keeps bursts after slow work short. */
  private static final long BURST_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

  /** Shorter waits are put off: sleeping is not that exact. */
  private static final long WAIT_MIN_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

  private final long bytesPerSecond;
  private final AtomicLong bytes = new AtomicLong();
  private long dueNanos = System.nanoTime();

  /** Makes one; 0 means without a limit. */
  public Throttle(long bytesPerSecond) {
    this.bytesPerSecond = bytesPerSecond;
  }

  /** Returns the bytes that have passed since the last call. */
  public long takeCount() {
    return bytes.getAndSet(0);
  }

  /**
   * Returns when so many more bytes may have passed.
   *
   * @throws InterruptedIOException when the thread is interrupted
   */
  public void pass(long count) throws InterruptedIOException {
    bytes.addAndGet(count);
    if (Thread.currentThread().isInterrupted()) {
      throw new InterruptedIOException("the work is broken off");
    }
    long waitNanos = bytesPerSecond == 0 ? 0 : book(count);
    if (waitNanos >= WAIT_MIN_NANOS) {
      try {
        TimeUnit.NANOSECONDS.sleep(waitNanos);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new InterruptedIOException("the work is broken off");
      }
    }
  }

  /** Returns how long to wait for what has passed. */
  private synchronized long book(long count) {
    long now = System.nanoTime();
    long start = Math.max(dueNanos, now - BURST_NANOS);
    dueNanos = start + (long) ((double) count / bytesPerSecond * TimeUnit.SECONDS.toNanos(1));
    return dueNanos - now;
  }
}
