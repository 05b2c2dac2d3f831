package io.deltaport.delta;

import java.util.Locale;

/** Why a file of the target is made from a certain file of the source, or from none. */
public enum MatchReason {
  /** The old image has the same object, at whatever path. */
  SAME_OBJECT,
  /** The old image has another object at the same path. */
  SAME_PATH,
  /** The path is the same but for version numbers. */
  RENAMED_PATH,
  /** The name is the same but for version numbers, the folder is another, the size is similar. */
  MOVED,
  /** The name tells nothing, but the content shares stretches with the old file. */
  SIMILAR,
  /** The file is so small that naming an old one would cost more. */
  TOO_SMALL,
  /** No old file has such a path or name, and none that was looked at such content. */
  NO_CANDIDATE,
  /** A file was compared, and nothing in it was worth taking. */
  UNLIKE;

  /** Returns the word that people and programs see, such as {@code same-path}. */
  public String text() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
