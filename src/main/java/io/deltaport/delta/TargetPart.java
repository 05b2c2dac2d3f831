package io.deltaport.delta;

import io.deltaport.ostree.Checksum;

/**
 * A piece of the new layer's tar. All pieces in order are the archive, byte for byte.
 *
 * <p>The arrays are shared, not copied: neither side changes them.
 */
public sealed interface TargetPart {

  /** Bytes that belong to no file: headers, padding, end blocks. */
  record Literal(byte[] bytes) implements TargetPart {}

  /**
   * Consecutive content of a file in the archive.
   *
   * @param path name in the archive as it stands there: any bytes, perhaps with a leading {@code
   *     ./}
   * @param object the content object that holds the bytes
   * @param offset first byte of the object's file content, 0 but for parts of sparse files
   * @param length number of bytes
   */
  record Content(byte[] path, Checksum object, long offset, long length) implements TargetPart {

    public Content {
      if (offset < 0 || length < 0 || offset + length < 0) {
        throw new IllegalArgumentException("no bytes " + offset + " + " + length + " in a file");
      }
    }
  }
}
