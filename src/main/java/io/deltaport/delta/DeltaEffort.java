package io.deltaport.delta;

import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** How hard a delta is made small. What each costs and saves is in docs/delta-engine.md. */
public enum DeltaEffort {
  /** For whoever waits: a fraction of the time, somewhat larger. */
  FAST(8, 5, 22),
  /** Smaller than other tools make it, and faster. */
  DEFAULT(64, 9, 23),
  /** For what thousands of devices will fetch: several times the time for the last few percent. */
  MAX(512, 19, 24);

  private final int candidates;
  private final int compressionLevel;
  private final int windowLog;

  DeltaEffort(int candidates, int compressionLevel, int windowLog) {
    this.candidates = candidates;
    this.compressionLevel = compressionLevel;
    this.windowLog = windowLog;
  }

  /** Returns the word that people use. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Returns the effort of that name, as {@link #text} gives it. */
  public static Optional<DeltaEffort> parse(String text) {
    return Stream.of(values()).filter(effort -> effort.text().equals(text)).findFirst();
  }

  /** Places of the old file that are tried for each place of the new one. */
  int candidates() {
    return candidates;
  }

  /** Level of zstd. */
  int compressionLevel() {
    return compressionLevel;
  }

  /** Binary logarithm of zstd's window in bytes. */
  int windowLog() {
    return windowLog;
  }
}
