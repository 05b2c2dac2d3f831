package io.deltaport.it;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/** Waits for something that happens in another process. */
final class Await {
  /** Long enough for a slow machine under load; a test that passes never waits for it. */
  static final Duration PATIENCE = Duration.ofMinutes(4);

  private static final Duration POLL_INTERVAL = Duration.ofMillis(100);

  private Await() {}

  /** Something to look at again and again. */
  interface Look<T> {
    T now() throws Exception;
  }

  /** Looks until the answer is true. */
  static void until(String what, Duration timeout, Look<Boolean> look) {
    value(what, timeout, () -> look.now() ? Optional.of(true) : Optional.empty());
  }

  /** Looks until there is a value, and returns it. */
  static <T> T value(String what, Duration timeout, Look<Optional<T>> look) {
    long deadline = System.nanoTime() + timeout.toNanos();
    while (true) {
      try {
        Optional<T> found = look.now();
        if (found.isPresent()) {
          return found.get();
        }
      } catch (Exception e) {
        throw new AssertionError("while waiting until " + what, e);
      }
      if (System.nanoTime() > deadline) {
        throw new AssertionError("still not so after " + timeout.toSeconds() + " s: " + what);
      }
      LockSupport.parkNanos(POLL_INTERVAL.toNanos());
    }
  }
}
