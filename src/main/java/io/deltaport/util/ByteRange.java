package io.deltaport.util;

/**
 * A part of a blob that exists: at least one byte.
 *
 * @param offset first byte
 * @param length number of bytes
 */
public record ByteRange(long offset, long length) {

  /** Returns the position after the last byte. */
  public long end() {
    return offset + length;
  }

  /** Returns what Content-Range says about this part of a blob with {@code size} bytes. */
  public String contentRange(long size) {
    return "bytes " + offset + "-" + (end() - 1) + "/" + size;
  }
}
