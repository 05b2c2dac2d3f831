package io.deltaport.deflate.klauspost;

import io.deltaport.deflate.Matches;

/**
 * Finds matches in one piece of input after the other, with tables of positions of hashed words.
 * Tables hold positions plus a bias that grows from one stream to the next, so that what was
 * entered for an earlier stream is out of reach and nothing has to be cleared. Not thread-safe.
 */
abstract class FastEncoder {
  /** No match begins in so many bytes at the end of a piece. */
  static final int MARGIN = 11;

  /** Shorter pieces are not encoded. */
  static final int SHORTEST = MARGIN + 2;

  static final int WINDOW = 1 << 15;

  /** What the encoders of some levels measure a candidate by, less the 4 bytes that are equal. */
  static final int MEASURED = 258 - 4;

  private static final long PRIME_5 = 889523592379L;
  private static final int PRIME_4 = (int) 2654435761L;
  private static final long PRIME_7 = 58295818150454627L;
  private static final int LARGEST_BIAS = 1 << 30;
  private static final int LONGEST = 258;
  private static final int SHORTEST_MATCH = 3;

  /** What a position in a table is larger than the position in the data. */
  int bias = 2 * WINDOW;

  private int length;
  private int covered;

  /**
   * Finds matches in {@code data[start, end)}, which has at least {@link #SHORTEST} bytes.
   *
   * @param origin where the compressor's buffer begins in the data: nothing before it counts
   */
  abstract void encode(byte[] data, int origin, int start, int end, Matches matches);

  abstract void clear();

  /**
   * Forgets everything.
   *
   * @param length of the data that comes next: no position is larger
   */
  final void forget(int length) {
    if (bias > LARGEST_BIAS - this.length - 2 * WINDOW) {
      clear();
      bias = 2 * WINDOW;
    } else {
      bias += this.length + 2 * WINDOW;
    }
    this.length = length;
  }

  /** How many bytes the matches have covered since the last call. */
  final int takeCovered() {
    int bytes = covered;
    covered = 0;
    return bytes;
  }

  /** Adds a match of any length: in parts, none of them too short. */
  final void add(Matches matches, int position, int length, int distance) {
    covered += length;
    if (length <= LONGEST) {
      matches.add(position, length, distance);
      return;
    }
    int at = position;
    int left = length;
    while (left > 0) {
      int part = left;
      if (left > LONGEST + SHORTEST_MATCH) {
        part = LONGEST;
      } else if (left > LONGEST) {
        part = LONGEST - SHORTEST_MATCH;
      }
      matches.add(at, part, distance);
      at += part;
      left -= part;
    }
  }

  static int hash4(long word, int bits) {
    return ((int) word * PRIME_4) >>> (Integer.SIZE - bits);
  }

  static int hash5(long word, int bits) {
    return (int) (((word << 24) * PRIME_5) >>> (Long.SIZE - bits));
  }

  static int hash7(long word, int bits) {
    return (int) (((word << 8) * PRIME_7) >>> (Long.SIZE - bits));
  }
}
