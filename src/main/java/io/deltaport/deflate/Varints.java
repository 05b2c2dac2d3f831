package io.deltaport.deflate;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;

/** Reads numbers as {@link io.deltaport.util.Varint} writes them. */
final class Varints {
  /** Five bytes of seven bits: more than any number in a description of a segment. */
  private static final int SHIFT_MAX = 28;

  private Varints() {}

  static long read(ByteBuffer in) throws DeflateFormatException {
    try {
      long value = 0;
      for (int shift = 0; shift <= SHIFT_MAX; shift += 7) {
        byte next = in.get();
        value |= (next & 0x7fL) << shift;
        if (next >= 0) {
          return value;
        }
      }
    } catch (BufferUnderflowException e) {
      throw new DeflateFormatException("a description is cut short");
    }
    throw new DeflateFormatException("a number in a description is too long");
  }

  /** Reads a number that is at most {@code max}. */
  static int read(ByteBuffer in, int max) throws DeflateFormatException {
    long value = read(in);
    if (value > max) {
      throw new DeflateFormatException("a number in a description is too large");
    }
    return (int) value;
  }
}
