package io.deltaport.store;

import java.util.Optional;

/** What an OSTree object is; the file name extension that OSTree gives it tells the same. */
public enum ObjectKind {
  /** A regular file, symbolic link, device node or fifo: framed file header, then content. */
  FILE(1),
  /** The names in one folder: GVariant {@code (a(say)a(sayay))}. */
  DIRTREE(2),
  /** Owner, mode and extended attributes of a folder: GVariant {@code (uuua(ayay))}. */
  DIRMETA(3),
  /** A whole tree with its history: GVariant {@code (a{sv}aya(say)sstayay)}. */
  COMMIT(4);

  private static final ObjectKind[] ALL = values();

  private final int code;

  ObjectKind(int code) {
    this.code = code;
  }

  /** Returns the number that stands for this kind in packs and in the database; never changes. */
  public int code() {
    return code;
  }

  /** Returns the kind that {@code code} stands for, or nothing for an unknown number. */
  public static Optional<ObjectKind> ofCode(int code) {
    return code >= 1 && code <= ALL.length ? Optional.of(ALL[code - 1]) : Optional.empty();
  }
}
