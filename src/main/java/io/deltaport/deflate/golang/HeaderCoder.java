package io.deltaport.deflate.golang;

import io.deltaport.deflate.CodeLengths;
import io.deltaport.deflate.PredictedBlock;
import java.util.Arrays;

/**
 * Writes code lengths into headers as Go's compressors do. The lengths of literals and of distances
 * are one row; a length that is not 0 stands once and is then repeated by symbols 16, six times at
 * most; zeroes are taken by symbols 18 while there are 11 or more, 138 at most, then 17 if there
 * are 3 or more. What is left over stands by itself. Not thread-safe.
 */
public final class HeaderCoder {
  private static final int SYMBOLS = 19;
  private static final int LONGEST_CODE = 7;
  private static final int LEAST_WRITTEN = 4;

  /** 3 bits of the block, then counts of 5, 5 and 4. */
  private static final int COUNTS_BITS = 3 + 5 + 5 + 4;

  private static final int LENGTH_BITS = 3;
  private static final int REPEAT = 16;
  private static final int FEW_ZEROES = 17;
  private static final int MANY_ZEROES = 18;
  private static final byte[] ORDER = {
    16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15
  };

  private final CodeLengths codes;
  private final byte[] row = new byte[SymbolCounts.LITERALS + SymbolCounts.DISTANCES];
  private final byte[] coded = new byte[2 * row.length];
  private final int[] counts = new int[SYMBOLS];
  private final byte[] lengths = new byte[SYMBOLS];
  private int filled;
  private int written;
  private int literalCount;
  private int distanceCount;

  /**
   * Makes a coder.
   *
   * @param codes chooses the lengths of the code lengths' own codes
   */
  public HeaderCoder(CodeLengths codes) {
    this.codes = codes;
  }

  /**
   * Codes the first lengths of both rows, and gives the bits that header and block's start take.
   */
  public int code(byte[] literals, int literalCount, byte[] distances, int distanceCount) {
    this.literalCount = literalCount;
    this.distanceCount = distanceCount;
    System.arraycopy(literals, 0, row, 0, literalCount);
    System.arraycopy(distances, 0, row, literalCount, distanceCount);
    Arrays.fill(counts, 0);
    filled = 0;
    int size = literalCount + distanceCount;
    int at = 0;
    while (at < size) {
      int end = at + 1;
      while (end < size && row[end] == row[at]) {
        end++;
      }
      run(row[at], end - at);
      at = end;
    }
    codes.choose(counts, SYMBOLS, LONGEST_CODE, lengths);
    written = SYMBOLS;
    while (written > LEAST_WRITTEN && counts[ORDER[written - 1]] == 0) {
      written--;
    }
    return COUNTS_BITS
        + LENGTH_BITS * written
        + SymbolCounts.bits(counts, lengths, SYMBOLS)
        + 2 * counts[REPEAT]
        + 3 * counts[FEW_ZEROES]
        + 7 * counts[MANY_ZEROES];
  }

  /** The block with the header that was coded last. */
  public PredictedBlock block(int start, int end) {
    byte[] header = new byte[written + filled];
    for (int i = 0; i < written; i++) {
      header[i] = lengths[ORDER[i]];
    }
    System.arraycopy(coded, 0, header, written, filled);
    return new PredictedBlock(
        PredictedBlock.DYNAMIC, start, end, header, literalCount, distanceCount);
  }

  private void run(byte value, int size) {
    int left = size;
    if (value != 0) {
      put(value);
      left--;
      while (left >= 3) {
        left -= repeat(REPEAT, 3, Math.min(left, 6));
      }
    } else {
      while (left >= 11) {
        left -= repeat(MANY_ZEROES, 11, Math.min(left, 138));
      }
      if (left >= 3) {
        left -= repeat(FEW_ZEROES, 3, left);
      }
    }
    for (; left > 0; left--) {
      put(value);
    }
  }

  private int repeat(int symbol, int least, int times) {
    put((byte) symbol);
    coded[filled++] = (byte) (times - least);
    return times;
  }

  private void put(byte symbol) {
    coded[filled++] = symbol;
    counts[symbol]++;
  }
}
