package io.deltaport.image.stats;

/**
 * A file, symbolic link or device that differs between two trees.
 *
 * @param path from the root, without a slash before it; bytes that are no UTF-8 are replaced
 * @param change what became of it
 * @param bytes of its object in the later tree: header and content; 0 when it was removed
 * @param formerBytes of its object in the former tree; 0 when it was added
 * @param storedBytes what the object takes in its pack when the former tree does not have it under
 *     any name, else 0
 */
public record FileChange(String path, Kind change, long bytes, long formerBytes, long storedBytes) {
  /** What became of a file. */
  public enum Kind {
    ADDED,
    CHANGED,
    REMOVED
  }

  /** Returns by what the largest change is known: what came, or else what went. */
  long weight() {
    return change == Kind.REMOVED ? formerBytes : bytes;
  }
}
