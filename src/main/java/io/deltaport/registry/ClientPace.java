package io.deltaport.registry;

import java.time.Duration;

/**
 * Judges whether a client sends too slowly. Not thread-safe.
 *
 * <p>Only time spent waiting for the client counts, never time that the server itself needs: for
 * each full window of waiting the client must have sent its share of bytes.
 */
final class ClientPace {
  /**
   * What a client must keep up.
   *
   * @param window how long a client may send nothing at all
   * @param bytesPerSecond the least average over a window of waiting
   */
  record Limits(Duration window, long bytesPerSecond) {
    Limits {
      if (window.isNegative() || window.isZero() || bytesPerSecond < 0) {
        throw new IllegalArgumentException("a window above zero and a rate from zero up");
      }
    }

    long bytesPerWindow() {
      return Math.max(1, window.toMillis() * bytesPerSecond / 1000);
    }
  }

  private final Limits limits;
  private long waitedNanos;
  private long receivedBytes;

  ClientPace(Limits limits) {
    this.limits = limits;
  }

  /** Notes bytes that came. */
  void received(long bytes) {
    receivedBytes += bytes;
  }

  /** Returns how long to wait at most before asking {@link #isTooSlow} again. */
  long remainingNanos() {
    return Math.max(1, limits.window().toNanos() - waitedNanos);
  }

  /** Notes time spent waiting and says whether the client fell below its share. */
  boolean isTooSlow(long nanos) {
    waitedNanos += nanos;
    if (waitedNanos < limits.window().toNanos()) {
      return false;
    }
    boolean slow = receivedBytes < limits.bytesPerWindow();
    waitedNanos = 0;
    receivedBytes = 0;
    return slow;
  }

  /** Returns the rule in words. */
  String describe() {
    return "fewer than %d bytes came in %d s of waiting"
        .formatted(limits.bytesPerWindow(), limits.window().toSeconds());
  }
}
