package io.deltaport.deflate;

import java.util.Arrays;

/**
 * Decodes one Huffman code by a table: {@value #FAST_BITS} bits at once, longer codes by a search.
 * Not thread-safe.
 */
final class HuffmanDecoder {
  static final int FAST_BITS = 11;

  private static final int LENGTH_BITS = 4;

  /** Symbol and length of the code that some bits begin with; 0 where it is longer or unused. */
  private final short[] fast = new short[1 << FAST_BITS];

  private final int[] firstCode = new int[Symbols.CODE_BITS_MAX + 2];
  private final int[] firstIndex = new int[Symbols.CODE_BITS_MAX + 2];
  private final int[] counts = new int[Symbols.CODE_BITS_MAX + 1];
  private final short[] sorted = new short[320];

  /**
   * Takes a code.
   *
   * @param incomplete whether codes may be left over: one distance code alone, or none
   * @throws DeflateFormatException if the lengths are no code
   */
  void set(byte[] lengths, int offset, int symbols, boolean incomplete)
      throws DeflateFormatException {
    Arrays.fill(counts, 0);
    for (int i = 0; i < symbols; i++) {
      counts[lengths[offset + i]]++;
    }
    int used = symbols - counts[0];
    counts[0] = 0;
    int code = 0;
    int index = 0;
    int left = 1;
    for (int bits = 1; bits <= Symbols.CODE_BITS_MAX; bits++) {
      code = (code + counts[bits - 1]) << 1;
      firstCode[bits] = code;
      firstIndex[bits] = index;
      index += counts[bits];
      left = (left << 1) - counts[bits];
      if (left < 0) {
        throw new DeflateFormatException("a Huffman code has too many symbols");
      }
    }
    if (left > 0 && !(incomplete && used <= 1 && counts[1] == used)) {
      throw new DeflateFormatException("a Huffman code is not complete");
    }
    int[] next = Arrays.copyOf(firstIndex, firstIndex.length);
    for (int i = 0; i < symbols; i++) {
      int bits = lengths[offset + i];
      if (bits > 0) {
        sorted[next[bits]++] = (short) i;
      }
    }
    fillFast();
  }

  private void fillFast() {
    Arrays.fill(fast, (short) 0);
    for (int bits = 1; bits <= FAST_BITS; bits++) {
      for (int i = 0; i < counts[bits]; i++) {
        int reversed = Integer.reverse(firstCode[bits] + i) >>> (Integer.SIZE - bits);
        short entry = (short) ((sorted[firstIndex[bits] + i] << LENGTH_BITS) | bits);
        for (int at = reversed; at < fast.length; at += 1 << bits) {
          fast[at] = entry;
        }
      }
    }
  }

  /**
   * Decodes the symbol that some bits begin with.
   *
   * @return the symbol times 16, plus the number of its bits; below zero when there is none
   */
  int decode(long bits) {
    int entry = fast[(int) bits & (fast.length - 1)];
    return entry != 0 ? entry & 0xffff : decodeSlowly(bits);
  }

  private int decodeSlowly(long bits) {
    int code = 0;
    for (int length = 1; length <= Symbols.CODE_BITS_MAX; length++) {
      code = (code << 1) | ((int) (bits >>> (length - 1)) & 1);
      int index = code - firstCode[length];
      if (index >= 0 && index < counts[length]) {
        return (sorted[firstIndex[length] + index] << LENGTH_BITS) | length;
      }
    }
    return -1;
  }
}
