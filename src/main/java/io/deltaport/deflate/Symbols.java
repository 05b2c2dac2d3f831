package io.deltaport.deflate;

import java.util.Arrays;

/** The alphabets of deflate (RFC 1951, section 3.2.5). */
public final class Symbols {
  /** Literals, the end of a block, and lengths. */
  public static final int LITERALS = 286;

  public static final int DISTANCES = 30;
  public static final int CODE_LENGTHS = 19;
  public static final int END_OF_BLOCK = 256;
  public static final int FIRST_LENGTH = 257;
  public static final int CODE_BITS_MAX = 15;
  public static final int CODE_LENGTH_BITS_MAX = 7;
  public static final int MATCH_MIN = 3;
  public static final int MATCH_MAX = 258;
  public static final int DISTANCE_MAX = 32_768;

  /** The order in which a dynamic header has the lengths of the code for code lengths. */
  static final int[] CODE_LENGTH_ORDER = {
    16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15
  };

  static final int[] LENGTH_BASE = new int[LITERALS - FIRST_LENGTH];
  static final int[] LENGTH_EXTRA = new int[LITERALS - FIRST_LENGTH];
  static final int[] DISTANCE_BASE = new int[DISTANCES];
  static final int[] DISTANCE_EXTRA = new int[DISTANCES];

  private static final int FIXED_LITERALS = 288;
  private static final byte[] LENGTH_INDEX = new byte[MATCH_MAX + 1];
  private static final byte[] NEAR = new byte[257]; // distances to 256
  private static final byte[] FAR = new byte[257]; // those above, by 128

  static {
    int length = MATCH_MIN;
    for (int i = 0; i < LENGTH_BASE.length - 1; i++) {
      LENGTH_EXTRA[i] = i < 8 ? 0 : i / 4 - 1;
      LENGTH_BASE[i] = length;
      for (int j = 0; j < 1 << LENGTH_EXTRA[i] && length <= MATCH_MAX; j++) {
        LENGTH_INDEX[length++] = (byte) i;
      }
    }
    LENGTH_BASE[LENGTH_BASE.length - 1] = MATCH_MAX;
    LENGTH_INDEX[MATCH_MAX] = (byte) (LENGTH_BASE.length - 1);
    int distance = 1;
    for (int i = 0; i < DISTANCES; i++) {
      DISTANCE_EXTRA[i] = i < 4 ? 0 : i / 2 - 1;
      DISTANCE_BASE[i] = distance;
      for (int j = 0; j < 1 << DISTANCE_EXTRA[i]; j++, distance++) {
        if (distance <= 256) {
          NEAR[distance] = (byte) i;
        } else {
          FAR[(distance - 1) >>> 7] = (byte) i;
        }
      }
    }
  }

  private Symbols() {}

  /** Returns which length symbol, counted from 0, a match's length has. */
  public static int lengthIndex(int length) {
    return LENGTH_INDEX[length];
  }

  /** Returns a distance's symbol. */
  public static int distanceSymbol(int distance) {
    return distance <= 256 ? NEAR[distance] : FAR[(distance - 1) >>> 7];
  }

  /** Returns the code lengths of literals in blocks with fixed codes. */
  static byte[] fixedLiterals() {
    byte[] lengths = new byte[FIXED_LITERALS];
    for (int i = 0; i < lengths.length; i++) {
      lengths[i] = (byte) (i < 144 ? 8 : i < 256 ? 9 : i < 280 ? 7 : 8);
    }
    return lengths;
  }

  /** Returns the code lengths of distances in blocks with fixed codes. */
  static byte[] fixedDistances() {
    byte[] lengths = new byte[32];
    Arrays.fill(lengths, (byte) 5);
    return lengths;
  }
}
