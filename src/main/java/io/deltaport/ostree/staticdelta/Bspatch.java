package io.deltaport.ostree.staticdelta;

import io.deltaport.ostree.GVariant.Slice;
import io.deltaport.ostree.OstreeFormatException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Applies a bsdiff patch as libostree has it: entries of three signed 64-bit numbers (sign and
 * magnitude, little-endian), additions and literals, not compressed.
 */
final class Bspatch {
  private static final int CONTROL_BYTES = 24;

  private Bspatch() {}

  /**
   * Makes a file.
   *
   * @param length of the file
   * @throws OstreeFormatException if a length is negative or beyond the patch or the file, or the
   *     source is read outside of it
   */
  static byte[] apply(byte[] source, Slice patch, int length) throws OstreeFormatException {
    ByteBuffer in =
        ByteBuffer.wrap(patch.bytes(), patch.from(), patch.length()).order(ByteOrder.LITTLE_ENDIAN);
    if (length > patch.length()) {
      throw new OstreeFormatException("a patch is shorter than what it should make");
    }
    byte[] target = new byte[length];
    int made = 0;
    long position = 0;
    while (in.hasRemaining()) {
      if (in.remaining() < CONTROL_BYTES) {
        throw new OstreeFormatException("a patch is cut");
      }
      long added = number(in.getLong());
      long literal = number(in.getLong());
      long seek = number(in.getLong());
      checkLengths(added, literal, Math.min(in.remaining(), length - made));
      if (position < 0 || position > source.length - added) {
        throw new OstreeFormatException("a patch reads outside of its source");
      }
      in.get(target, made, (int) (added + literal));
      for (int i = 0; i < added; i++) {
        target[made + i] += source[(int) position + i];
      }
      made += (int) (added + literal);
      // Both are below 2^62 here: the position is inside the source, the sum checked above.
      position += added + seek;
    }
    if (made != length) {
      throw new OstreeFormatException("a patch makes " + made + " bytes instead of " + length);
    }
    return target;
  }

  private static void checkLengths(long added, long literal, int most)
      throws OstreeFormatException {
    if (added < 0 || literal < 0 || added > most || literal > most - added) {
      throw new OstreeFormatException("a patch has an impossible length");
    }
  }

  private static long number(long raw) throws OstreeFormatException {
    long magnitude = raw & Long.MAX_VALUE;
    if (magnitude > Long.MAX_VALUE / 4) {
      throw new OstreeFormatException("a patch has an impossible number");
    }
    return raw < 0 ? -magnitude : magnitude;
  }
}
