package io.deltaport.image.stats;

import java.util.List;

/**
 * How a tree differs from a former one.
 *
 * @param added files that the former tree has not under these paths; likewise the next two
 * @param newFiles objects of files that the former tree does not have under any path
 * @param newFolders objects of folders that it does not have
 * @param newBytes of these objects of both kinds, as OSTree counts them: uncompressed
 * @param storedBytes what these objects take in packs
 * @param files the largest changes first, at most {@link #FILES_MAX}
 */
public record TreeDifference(
    long added,
    long changed,
    long removed,
    long newFiles,
    long newFolders,
    long newBytes,
    long storedBytes,
    List<FileChange> files) {
  /** Changes that are told one by one; some hundred bytes of memory each. */
  public static final int FILES_MAX = 50_000;

  public TreeDifference {
    files = List.copyOf(files);
  }
}
