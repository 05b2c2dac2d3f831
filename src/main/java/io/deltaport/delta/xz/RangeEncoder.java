package io.deltaport.delta.xz;

import java.util.Arrays;

/** The range encoder of LZMA, which writes one chunk into memory. Not thread-safe. */
final class RangeEncoder {
  /** Probabilities have 11 bits; this is one half. */
  static final short PROBABILITY_INITIAL = 1 << 10;

  private static final int PROBABILITY_BITS = 11;
  private static final int PROBABILITY_TOTAL = 1 << PROBABILITY_BITS;
  private static final int ADAPTION_SHIFT = 5;
  private static final int TOP_MASK = 0xff << 24;
  private static final long CARRY_LIMIT = 0xff000000L;
  private static final int FLUSH_BYTES = 5;

  private final byte[] out;
  private int length;
  private long low;
  private int range;
  private int cache;
  private int cachedBytes;

  RangeEncoder(int bytesMax) {
    out = new byte[bytesMax];
    reset();
  }

  static void forget(short[] probabilities) {
    Arrays.fill(probabilities, PROBABILITY_INITIAL);
  }

  /** Begins a chunk. */
  void reset() {
    length = 0;
    low = 0;
    range = -1;
    cache = 0;
    cachedBytes = 1;
  }

  /** Returns how long the chunk would be if it ended now. */
  int pendingBytes() {
    return length + cachedBytes + FLUSH_BYTES - 1;
  }

  void bit(short[] probabilities, int index, int bit) {
    int probability = probabilities[index];
    int bound = (range >>> PROBABILITY_BITS) * probability;
    if (bit == 0) {
      range = bound;
      probabilities[index] =
          (short) (probability + ((PROBABILITY_TOTAL - probability) >>> ADAPTION_SHIFT));
    } else {
      low += bound & 0xffffffffL;
      range -= bound;
      probabilities[index] = (short) (probability - (probability >>> ADAPTION_SHIFT));
    }
    normalize();
  }

  /** Writes a symbol of {@code bits} bits, the highest first; node 1 of the tree is its root. */
  void tree(short[] probabilities, int offset, int bits, int symbol) {
    int node = 1;
    for (int i = bits - 1; i >= 0; i--) {
      int bit = (symbol >>> i) & 1;
      bit(probabilities, offset + node, bit);
      node = (node << 1) | bit;
    }
  }

  /** As {@link #tree}, the lowest bit first. */
  void reverseTree(short[] probabilities, int offset, int bits, int symbol) {
    int node = 1;
    for (int i = 0; i < bits; i++) {
      int bit = (symbol >>> i) & 1;
      bit(probabilities, offset + node, bit);
      node = (node << 1) | bit;
    }
  }

  /** Writes bits that are zero as often as one, the highest first. */
  void direct(int value, int bits) {
    for (int i = bits - 1; i >= 0; i--) {
      range >>>= 1;
      if (((value >>> i) & 1) != 0) {
        low += range & 0xffffffffL;
      }
      normalize();
    }
  }

  private void normalize() {
    if ((range & TOP_MASK) == 0) {
      range <<= Byte.SIZE;
      shift();
    }
  }

  private void shift() {
    int carry = (int) (low >>> Integer.SIZE);
    if (carry != 0 || low < CARRY_LIMIT) {
      int next = cache;
      do {
        out[length++] = (byte) (next + carry);
        next = 0xff;
      } while (--cachedBytes != 0);
      cache = (int) (low >>> 24) & 0xff;
    }
    cachedBytes++;
    low = (low & 0xffffffL) << Byte.SIZE;
  }

  /** Ends the chunk and returns its length. */
  int finish() {
    for (int i = 0; i < FLUSH_BYTES; i++) {
      shift();
    }
    return length;
  }

  byte[] bytes() {
    return out;
  }
}
