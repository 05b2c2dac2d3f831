package io.deltaport.deflate.golang;

import io.deltaport.deflate.Matches;
import java.util.Arrays;

/** How often each symbol occurs in a part of a stream. Not thread-safe. */
public final class SymbolCounts {
  /** Literals, the end of the block, and codes of lengths. */
  public static final int LITERALS = 286;

  public static final int DISTANCES = 30;
  public static final int END_OF_BLOCK = 256;

  private static final int FIRST_LENGTH = END_OF_BLOCK + 1;
  private static final int LONGEST = 258;
  private static final int SHORTEST = 3;
  private static final int LONGEST_CODE = 28;

  /** By symbol. */
  public final int[] literals = new int[LITERALS];

  /** By code of the distance. */
  public final int[] distances = new int[DISTANCES];

  /** All of them, a match being one. */
  public int symbols;

  /** The first match that is not counted yet. */
  public int nextMatch;

  /** Begins a new part. */
  public void clear() {
    Arrays.fill(literals, 0);
    Arrays.fill(distances, 0);
    symbols = 0;
  }

  /**
   * Counts symbols from {@link #nextMatch} on.
   *
   * @param most stops when there are so many
   * @return the position behind the last symbol
   */
  public int add(byte[] data, int from, int to, int most, Matches matches) {
    int at = from;
    while (at < to && symbols < most) {
      int match = nextMatch < matches.count() ? matches.position(nextMatch) : to;
      int stop = Math.min(Math.min(match, to), at + Math.min(most - symbols, to - at));
      symbols += Math.max(0, stop - at);
      for (; at < stop; at++) {
        literals[data[at] & 0xFF]++;
      }
      if (at == match && at < to && symbols < most) {
        literals[FIRST_LENGTH + lengthCode(matches.length(nextMatch))]++;
        distances[distanceCode(matches.distance(nextMatch))]++;
        at += matches.length(nextMatch);
        symbols++;
        nextMatch++;
      }
    }
    return at;
  }

  /** How many bits are behind the codes. */
  public int extraBits() {
    int bits = 0;
    for (int code = 0; code < LITERALS - FIRST_LENGTH; code++) {
      bits += literals[FIRST_LENGTH + code] * lengthExtraBits(code);
    }
    for (int code = 0; code < DISTANCES; code++) {
      bits += distances[code] * distanceExtraBits(code);
    }
    return bits;
  }

  /** How many bits everything takes with the fixed codes. */
  public int fixedBits() {
    int bits = 0;
    for (int symbol = 0; symbol < LITERALS; symbol++) {
      int length = symbol < 144 ? 8 : symbol < 256 ? 9 : symbol < 280 ? 7 : 8;
      bits += length * literals[symbol];
    }
    for (int count : distances) {
      bits += 5 * count;
    }
    return bits;
  }

  /** How many bits symbols take with codes of these lengths. */
  public static int bits(int[] counts, byte[] lengths, int symbols) {
    int bits = 0;
    for (int symbol = 0; symbol < symbols; symbol++) {
      bits += counts[symbol] * lengths[symbol];
    }
    return bits;
  }

  /** One more than the last symbol that occurs. */
  public static int used(int[] counts) {
    int used = counts.length;
    while (used > 0 && counts[used - 1] == 0) {
      used--;
    }
    return used;
  }

  /** The code of a length, from 0 on. */
  public static int lengthCode(int length) {
    int over = length - SHORTEST;
    if (length == LONGEST) {
      return LONGEST_CODE;
    }
    int extra = Math.max(0, 29 - Integer.numberOfLeadingZeros(over));
    return (extra << 2) + (over >> extra);
  }

  public static int lengthExtraBits(int code) {
    return code < 8 || code == LONGEST_CODE ? 0 : (code - 4) >> 2;
  }

  public static int distanceCode(int distance) {
    int over = distance - 1;
    int extra = Math.max(0, 30 - Integer.numberOfLeadingZeros(over));
    return (extra << 1) + (over >> extra);
  }

  public static int distanceExtraBits(int code) {
    return code < 4 ? 0 : (code - 2) >> 1;
  }
}
