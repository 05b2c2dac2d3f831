package io.deltaport.tar;

import io.deltaport.util.Xattr;
import java.util.List;

/**
 * One entry as its headers describe it.
 *
 * @param path as written, without a terminating zero byte
 * @param flag the type flag as written
 * @param size bytes of data in the archive
 * @param mode permission bits
 * @param mtimeSeconds since 1970
 * @param linkTarget of links, as written; empty otherwise
 * @param xattrs in the order of the archive
 * @param extents where the data belongs in a sparse file, in rising order; null when not sparse
 * @param realSize length of the file: {@code size} unless it is sparse
 */
public record TarEntry(
    byte[] path,
    TarType type,
    byte flag,
    long size,
    int mode,
    long uid,
    long gid,
    long mtimeSeconds,
    byte[] linkTarget,
    int deviceMajor,
    int deviceMinor,
    List<Xattr> xattrs,
    List<Extent> extents,
    long realSize) {

  /** A run of data in a sparse file; between the runs are zero bytes. */
  public record Extent(long offset, long length) {}

  /** Says whether the file has holes that the archive leaves out. */
  public boolean isSparse() {
    return extents != null;
  }
}
