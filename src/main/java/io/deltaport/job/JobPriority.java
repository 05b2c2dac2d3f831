package io.deltaport.job;

import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** How urgent a job is: of those that wait the most urgent runs first, of these the oldest. */
public enum JobPriority {
  /** For what few will miss, such as deltas from releases of long ago. */
  LOW(30),
  /** For what follows from a push. */
  NORMAL(50),
  /** For what somebody waits for. */
  HIGH(70);

  private final int value;

  JobPriority(int value) {
    this.value = value;
  }

  /** Returns what the database has: the higher, the sooner. */
  int value() {
    return value;
  }

  /** Returns the word that people use. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Returns the priority of that name, as {@link #text} gives it. */
  public static Optional<JobPriority> parse(String text) {
    return Stream.of(values()).filter(priority -> priority.text().equals(text)).findFirst();
  }

  static JobPriority of(int value) {
    return value > NORMAL.value ? HIGH : value < NORMAL.value ? LOW : NORMAL;
  }
}
