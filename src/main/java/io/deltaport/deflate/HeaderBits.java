package io.deltaport.deflate;

import java.util.Arrays;

/** Turns the header of a predicted block into the bits that stand in a stream. Not thread-safe. */
final class HeaderBits {
  private static final int FIRST_REPEAT = 16;
  private static final int[] EXTRA_BITS = {2, 3, 7}; // of the symbols 16, 17 and 18

  private final byte[] lengths = new byte[Symbols.CODE_LENGTHS];
  private final HuffmanCodes codes = new HuffmanCodes();

  /** Appends the header of a block with codes of its own. */
  void write(PredictedBlock block, BitOutput out) {
    byte[] header = block.header();
    int first = block.codeLengths();
    out.put(block.literals() - Symbols.FIRST_LENGTH, 5);
    out.put(block.distances() - 1, 5);
    out.put(first - 4, 4);
    Arrays.fill(lengths, (byte) 0);
    for (int i = 0; i < first; i++) {
      lengths[Symbols.CODE_LENGTH_ORDER[i]] = header[i];
      out.put(header[i], 3);
    }
    codes.set(lengths, 0, lengths.length);
    for (int i = first; i < header.length; i++) {
      int symbol = header[i];
      out.put(codes.code(symbol), codes.length(symbol));
      if (symbol >= FIRST_REPEAT) {
        out.put(header[++i], EXTRA_BITS[symbol - FIRST_REPEAT]);
      }
    }
  }
}
