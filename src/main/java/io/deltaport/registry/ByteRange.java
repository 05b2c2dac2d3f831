package io.deltaport.registry;

/**
 * A part of a blob that exists: at least one byte.
 *
 * @param offset first byte
 * @param length number of bytes
 */
record ByteRange(long offset, long length) {

  /** Returns the position after the last byte. */
  long end() {
    return offset + length;
  }

  /** Returns what Content-Range says about this part of a blob with {@code size} bytes. */
  String contentRange(long size) {
    return "bytes " + offset + "-" + (end() - 1) + "/" + size;
  }
}
