package io.deltaport.meta;

import java.time.Duration;
import java.util.concurrent.CompletionException;

/**
 * The attempts at one transaction: how long to go on, and when to try again. Not thread-safe; one
 * for each call.
 */
final class Attempts {
  private static final long PAUSE_MIN_MILLIS = 20;
  private static final long PAUSE_MAX_MILLIS = 500;

  private final long deadline;
  private long pauseMillis = PAUSE_MIN_MILLIS;

  Attempts(Duration patience) {
    deadline = System.nanoTime() + patience.toNanos();
  }

  /**
   * Returns after a pause when it is worth while to try again.
   *
   * @throws DatabaseUnavailableException if the time is up, or the thread is told to stop
   * @throws DatabaseFullException if PostgreSQL's disk is full
   * @throws MetadataException if nothing is won by trying again
   */
  void awaitNext(Throwable failure) {
    switch (DatabaseFailure.of(failure)) {
      case OTHER -> throw rethrown(failure);
      case FULL -> throw new DatabaseFullException(failure);
      case CONFLICT, AWAY -> pause(failure);
    }
  }

  private void pause(Throwable failure) {
    if (System.nanoTime() - deadline > 0) {
      throw new DatabaseUnavailableException(failure);
    }
    try {
      Thread.sleep(pauseMillis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new DatabaseUnavailableException(failure);
    }
    pauseMillis = Math.min(2 * pauseMillis, PAUSE_MAX_MILLIS);
  }

  private static RuntimeException rethrown(Throwable failure) {
    return switch (failure) {
      case CompletionException e when e.getCause() instanceof InterruptedException -> {
        Thread.currentThread().interrupt();
        yield new DatabaseUnavailableException(e);
      }
      case RuntimeException e -> e;
      case Error e -> throw e;
      default -> new MetadataException("the database could not finish a transaction", failure);
    };
  }
}
