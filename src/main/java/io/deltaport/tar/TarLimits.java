package io.deltaport.tar;

/**
 * Bounds on what an archive may make a reader do.
 *
 * @param entriesMax entries of an archive
 * @param pathBytesMax bytes of a path or link target: Linux takes 4,096 in one call
 * @param extensionBytesMax bytes of one extension header: holds several of the largest xattrs
 * @param xattrBytesMax bytes of one extended attribute: Linux takes 64 KiB, some tools more
 * @param extentsMax data extents of one sparse file
 * @param fileBytesMax length of one file with its holes filled
 */
public record TarLimits(
    long entriesMax,
    int pathBytesMax,
    int extensionBytesMax,
    int xattrBytesMax,
    int extentsMax,
    long fileBytesMax) {

  /** What real operating systems stay far below. */
  public static final TarLimits DEFAULT =
      new TarLimits(1_000_000, 16 << 10, 8 << 20, 1 << 20, 100_000, 1L << 40);
}
