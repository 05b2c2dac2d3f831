package io.deltaport.deflate;

import java.util.Arrays;

/**
 * Matches of a parse in ascending order of their positions; what is between them is literals. Not
 * thread-safe.
 */
public final class Matches {
  private static final int DISTANCE_BITS = 16;
  private static final int LENGTH_BITS = 9;
  private static final int INITIAL = 1024;

  private long[] packed = new long[INITIAL];
  private int count;

  public void clear() {
    count = 0;
  }

  public int count() {
    return count;
  }

  /**
   * Adds a match behind all others.
   *
   * @param position of its first byte
   * @param length 3 to 258
   * @param distance 1 to 32,768
   */
  public void add(int position, int length, int distance) {
    if (count == packed.length) {
      packed = Arrays.copyOf(packed, 2 * count);
    }
    packed[count++] =
        (long) position << (DISTANCE_BITS + LENGTH_BITS)
            | (long) length << DISTANCE_BITS
            | distance;
  }

  /** Removes the last matches so that {@code count} are left. */
  public void truncate(int count) {
    this.count = Math.min(this.count, count);
  }

  public int position(int index) {
    return (int) (packed[index] >>> (DISTANCE_BITS + LENGTH_BITS));
  }

  public int length(int index) {
    return (int) (packed[index] >>> DISTANCE_BITS) & ((1 << LENGTH_BITS) - 1);
  }

  public int distance(int index) {
    return (int) packed[index] & ((1 << DISTANCE_BITS) - 1);
  }

  /** Tells whether a match here is the same as one there. */
  public boolean same(int index, Matches other, int otherIndex) {
    return packed[index] == other.packed[otherIndex];
  }
}
