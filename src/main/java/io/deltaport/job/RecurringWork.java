package io.deltaport.job;

import java.time.Duration;

/**
 * Work that is asked for again and again, by one server of all that share the database.
 * Thread-safe.
 */
public interface RecurringWork {
  /** Returns the name under which the scheduler knows it, the same for ever. */
  String name();

  /** Returns the time from the end of one call to the next; zero means never. */
  Duration interval();

  /** Asks for the work, usually by a job; returns soon. */
  void ask();
}
