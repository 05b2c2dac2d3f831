package io.deltaport.layer;

import java.util.Optional;

/** What an entry of a layer does to the tree below it. */
public enum EntryKind {
  /** A regular file; its object has all of its content. */
  FILE(0),
  /** A regular file that the tar stores without its holes; its object has them filled. */
  SPARSE_FILE(1),
  /** A symbolic link. */
  SYMLINK(2),
  /** A device node or fifo. */
  SPECIAL(3),
  /** A folder; its object is a dirmeta. */
  FOLDER(4),
  /** Another name for what stands at the target. */
  HARD_LINK(5),
  /** Hides this path in the layers below. */
  WHITEOUT(6),
  /** Hides everything that the layers below have in this folder. */
  OPAQUE(7);

  private static final EntryKind[] BY_CODE = values(); // declared in the order of the codes

  private final int code;

  EntryKind(int code) {
    this.code = code;
  }

  /** Returns the number that stands for this kind in recipes; never changes. */
  int code() {
    return code;
  }

  static Optional<EntryKind> ofCode(int code) {
    return code >= 0 && code < BY_CODE.length ? Optional.of(BY_CODE[code]) : Optional.empty();
  }

  /** Tells whether an entry of this kind names an object. */
  public boolean hasObject() {
    return code <= FOLDER.code;
  }

  /** Tells whether this is a regular file. */
  public boolean isRegular() {
    return this == FILE || this == SPARSE_FILE;
  }
}
