package io.deltaport.job;

import java.util.Locale;

/** The kinds of durable work. */
public enum JobKind {
  /** Takes an image's layers apart into objects and a tree. */
  ABSORB,
  /** Makes and publishes the delta between two images. */
  DELTA,
  /** Makes and publishes the static delta between two OSTree commits, or to one from nothing. */
  STATIC_DELTA,
  /** Moves a restacked tag after the one that it follows. */
  RESTACK,
  /** Finds out how an image's layer blobs are made again, and lets go of their files. */
  COMPACT,
  /** Collects garbage; its target says whether it is a dry run. */
  GC,
  /** Makes packs smaller. */
  REPACK;

  /**
   * Says whether nobody waits for it: of such work one job runs at a time on a server, so that a
   * thread is left for what is waited for.
   */
  boolean isUpkeep() {
    return this == COMPACT || this == REPACK;
  }

  /** Returns the word that the database and the API use. */
  public String text() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  static JobKind parse(String text) {
    return valueOf(text.toUpperCase(Locale.ROOT).replace('-', '_'));
  }
}
