package io.deltaport.store;

import java.util.Optional;

/** How an object lies in its pack. */
public enum Storage {
  /** A zstd frame of its own holds the object stream. */
  OWN_FRAME(0),
  /** A zstd frame of its own, for which the object stream of the base is the dictionary. */
  AGAINST_BASE(1),
  /** The object stream is a part of what a frame holds; other objects are the other parts. */
  SHARED_FRAME(2),
  /** The frame holds the framed header of a file, whose content is that of the base. */
  HEADER_OF_BASE(3);

  private static final Storage[] ALL = values();

  private final int code;

  Storage(int code) {
    this.code = code;
  }

  /** Returns the number that stands for it in packs and in the database; never changes. */
  public int code() {
    return code;
  }

  /** Tells whether the object can be read only together with a base. */
  public boolean hasBase() {
    return this == AGAINST_BASE || this == HEADER_OF_BASE;
  }

  /** Returns what {@code code} stands for, or nothing for an unknown number. */
  public static Optional<Storage> ofCode(int code) {
    return code >= 0 && code < ALL.length ? Optional.of(ALL[code]) : Optional.empty();
  }
}
