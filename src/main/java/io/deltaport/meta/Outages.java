package io.deltaport.meta;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jboss.logging.Logger;

/** Says once in the log that the database went away, and once that it is back. Thread-safe. */
@ApplicationScoped
class Outages {
  private static final Logger LOG = Logger.getLogger(Database.class);

  /** When the outage began, by {@link System#nanoTime}; 0 while there is none. */
  private final AtomicLong since = new AtomicLong();

  void note(Throwable failure) {
    switch (DatabaseFailure.of(failure)) {
      case AWAY -> {
        if (since.compareAndSet(0, System.nanoTime() | 1)) {
          LOG.warnf(
              "The database went away (%s); requests wait for it", DatabaseFailure.reason(failure));
        }
      }
      case FULL ->
          LOG.errorf("The disk of the database is full: %s", DatabaseFailure.reason(failure));
      case CONFLICT -> LOG.debugf("A transaction runs again: %s", DatabaseFailure.reason(failure));
      case OTHER -> {
        // Whoever handles it writes it to the log.
      }
    }
  }

  void over() {
    long began = since.get();
    if (began != 0 && since.compareAndSet(began, 0)) {
      LOG.infof(
          "The database is back after %d ms",
          TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began));
    }
  }
}
