package io.deltaport.layer;

/**
 * How far a layer may expand before it counts as a bomb and stays a raw blob. A layer over a limit
 * costs nothing but its deduplication, so the defaults are several times what real systems need.
 *
 * @param expandedMaxBytes most bytes of the uncompressed tar, and of all files in it with their
 *     holes filled
 * @param ratioMax most bytes of tar for each byte of blob; gzip cannot exceed 1032
 * @param ratioGraceBytes bytes of tar before the ratio counts, so that small layers of zeros pass
 * @param entriesMax most entries of the tar
 * @param treeMaxBytes most memory of a flattened tree, counted as {@value #NODE_BYTES} bytes for
 *     each node and the bytes of its name; storing the tree takes up to three times as much
 * @param pathMaxBytes longest normalised path; Linux allows 4,095
 */
public record LayerLimits(
    long expandedMaxBytes,
    int ratioMax,
    long ratioGraceBytes,
    int entriesMax,
    long treeMaxBytes,
    int pathMaxBytes) {
  /** What a node of a flattened tree takes besides its name. */
  static final long NODE_BYTES = 200;

  /** Limits that fit any operating system image seen so far. */
  public static final LayerLimits DEFAULT =
      new LayerLimits(64L << 30, 250, 256L << 20, 1_000_000, 96L << 20, 4096);

  public LayerLimits {
    if (expandedMaxBytes < 0
        || ratioMax < 1
        || ratioGraceBytes < 0
        || entriesMax < 0
        || treeMaxBytes < NODE_BYTES
        || pathMaxBytes < 1
        || pathMaxBytes > RecipeFormat.PATH_MAX_BYTES) {
      throw new IllegalArgumentException("limits are positive and paths fit a recipe");
    }
  }
}
