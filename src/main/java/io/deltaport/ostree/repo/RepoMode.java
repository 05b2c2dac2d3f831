package io.deltaport.ostree.repo;

import io.deltaport.ostree.OstreeFormatException;

/** How a repository keeps files. */
public enum RepoMode {
  /** Deflated, with a header that says everything: {@code archive}, formerly {@code archive-z2}. */
  ARCHIVE("archive-z2"),
  /** As files with their owners, modes and extended attributes. */
  BARE("bare"),
  /** As files of whoever runs it; the rest is in an extended attribute. */
  BARE_USER("bare-user"),
  /** As files alone: owners and extended attributes are none. */
  BARE_USER_ONLY("bare-user-only");

  private final String word;

  RepoMode(String word) {
    this.word = word;
  }

  /** Returns what a repository's config calls the mode. */
  public String word() {
    return word;
  }

  /**
   * Reads the mode from the text of a repository's config.
   *
   * @throws OstreeFormatException if it states none, or one that cannot be read here
   */
  public static RepoMode ofConfig(String config) throws OstreeFormatException {
    String mode = ConfigText.value(config, "core", "mode");
    // libostree takes a config without a mode for bare.
    if (mode == null) {
      return BARE;
    }
    if (mode.equals("archive")) {
      return ARCHIVE;
    }
    for (RepoMode known : values()) {
      if (known.word.equals(mode)) {
        return known;
      }
    }
    throw new OstreeFormatException("repositories of the mode " + mode + " cannot be read");
  }
}
