package io.deltaport.ostree.staticdelta;

import java.io.IOException;
import java.io.OutputStream;

/** Framing offsets of GVariant containers that are written as a stream and may exceed 2 GiB. */
final class Framing {
  private static final byte[] ZEROS = new byte[Long.BYTES];

  private Framing() {}

  /**
   * Returns the width in bytes of each framing offset.
   *
   * @param length bytes of the container without its offsets
   * @param count number of offsets
   */
  static int width(long length, int count) {
    for (int width = 1; width < Long.BYTES; width *= 2) {
      if (length + (long) count * width < 1L << (Byte.SIZE * width)) {
        return width;
      }
    }
    return Long.BYTES;
  }

  static void putOffset(OutputStream out, int width, long offset) throws IOException {
    for (int i = 0; i < width; i++) {
      out.write((int) (offset >>> (Byte.SIZE * i)));
    }
  }

  static long align(long at, int alignment) {
    return (at + alignment - 1) & -alignment;
  }

  /** Writes the zeros between {@code at} and the next aligned place, which is returned. */
  static long pad(OutputStream out, long at, int alignment) throws IOException {
    long aligned = align(at, alignment);
    out.write(ZEROS, 0, (int) (aligned - at));
    return aligned;
  }
}
