package io.deltaport.deflate;

import java.util.Arrays;

/**
 * The codes that follow from lengths (RFC 1951, section 3.2.2), ready to write. Not thread-safe.
 */
final class HuffmanCodes {
  private final int[] codes = new int[320];
  private final byte[] lengths = new byte[320];
  private final int[] next = new int[Symbols.CODE_BITS_MAX + 2];

  void set(byte[] from, int offset, int symbols) {
    Arrays.fill(next, 0);
    Arrays.fill(lengths, (byte) 0);
    for (int i = 0; i < symbols; i++) {
      lengths[i] = from[offset + i];
      next[lengths[i] + 1]++;
    }
    next[1] = 0;
    for (int bits = 2; bits < next.length; bits++) {
      next[bits] = (next[bits] + next[bits - 1]) << 1;
    }
    for (int i = 0; i < symbols; i++) {
      int bits = lengths[i];
      if (bits > 0) {
        codes[i] = Integer.reverse(next[bits]++) >>> (Integer.SIZE - bits);
      }
    }
  }

  /** Returns a symbol's code with its first bit lowest. */
  int code(int symbol) {
    return codes[symbol];
  }

  /** Returns how many bits a symbol's code has; 0 for none. */
  int length(int symbol) {
    return lengths[symbol];
  }
}
