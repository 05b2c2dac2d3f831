package io.deltaport.delta;

/** Counts equal bytes, eight at a time. */
final class EqualBytes {
  private static final long LOW_BITS = 0x7f7f7f7f7f7f7f7fL;
  private static final long HIGH_BITS = ~LOW_BITS;

  private EqualBytes() {}

  /**
   * Returns at how many of {@code length} places both arrays have the same byte; 0 for lengths that
   * are not positive.
   *
   * @throws IndexOutOfBoundsException if an array ends before
   */
  static int count(byte[] one, int from, byte[] other, int otherFrom, int length) {
    int different = 0;
    int done = 0;
    for (; done <= length - Long.BYTES; done += Long.BYTES) {
      long changes = SeedIndex.longAt(one, from + done) ^ SeedIndex.longAt(other, otherFrom + done);
      // The high bit of each byte that is not zero: by its own, or by a carry out of the others.
      different += Long.bitCount((((changes & LOW_BITS) + LOW_BITS) | changes) & HIGH_BITS);
    }
    for (; done < length; done++) {
      different += one[from + done] == other[otherFrom + done] ? 0 : 1;
    }
    return Math.max(0, length) - different;
  }
}
