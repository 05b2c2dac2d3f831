package io.deltaport.deflate.zlib;

import io.deltaport.deflate.BitOutput;
import io.deltaport.deflate.Block;
import io.deltaport.deflate.HeaderModel;
import io.deltaport.deflate.Segment;
import io.deltaport.deflate.Symbols;
import java.util.Arrays;

/** Headers of dynamic blocks as zlib and GNU gzip write them (trees.c). Not thread-safe. */
public final class ZlibHeaders implements HeaderModel {
  private static final int[] ORDER = {
    16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15
  };
  private static final int REPEAT = 16;
  private static final int ZEROS = 17;
  private static final int MANY_ZEROS = 18;

  private final ZlibTree tree = new ZlibTree();
  private final byte[] literalLengths = new byte[Symbols.LITERALS + 1];
  private final byte[] distanceLengths = new byte[Symbols.DISTANCES + 1];
  private final byte[] codeLengths = new byte[Symbols.CODE_LENGTHS];
  private final int[] codes = new int[Symbols.CODE_LENGTHS];
  private final int[] frequencies = new int[Symbols.CODE_LENGTHS];

  @Override
  public void predict(
      Segment segment, Block block, int[] literals, int[] distances, BitOutput out) {
    int literalCount =
        tree.build(literals, Symbols.LITERALS, Symbols.CODE_BITS_MAX, literalLengths) + 1;
    int distanceCount =
        tree.build(distances, Symbols.DISTANCES, Symbols.CODE_BITS_MAX, distanceLengths) + 1;
    Arrays.fill(frequencies, 0);
    runs(literalLengths, literalCount, null);
    runs(distanceLengths, distanceCount, null);
    tree.build(frequencies, Symbols.CODE_LENGTHS, Symbols.CODE_LENGTH_BITS_MAX, codeLengths);
    assignCodes();
    int count = ORDER.length;
    while (count > 4 && codeLengths[ORDER[count - 1]] == 0) {
      count--;
    }
    out.put(literalCount - 257, 5);
    out.put(distanceCount - 1, 5);
    out.put(count - 4, 4);
    for (int i = 0; i < count; i++) {
      out.put(codeLengths[ORDER[i]], 3);
    }
    runs(literalLengths, literalCount, out);
    runs(distanceLengths, distanceCount, out);
  }

  /** Counts the symbols that say the lengths, or writes them. */
  private void runs(byte[] lengths, int count, BitOutput out) {
    int before = -1;
    int at = 0;
    while (at < count) {
      int length = lengths[at];
      int longest = length == 0 ? 138 : length == before ? 6 : 7;
      int shortest = length == 0 || length == before ? 3 : 4;
      int run = 1;
      while (run < longest && at + run < count && lengths[at + run] == length) {
        run++;
      }
      if (run < shortest) {
        for (int i = 0; i < run; i++) {
          symbol(length, 0, 0, out);
        }
      } else if (length != 0) {
        int repeated = run;
        if (length != before) {
          symbol(length, 0, 0, out);
          repeated--;
        }
        symbol(REPEAT, repeated - 3, 2, out);
      } else if (run <= 10) {
        symbol(ZEROS, run - 3, 3, out);
      } else {
        symbol(MANY_ZEROS, run - 11, 7, out);
      }
      before = length;
      at += run;
    }
  }

  private void symbol(int symbol, int extra, int extraBits, BitOutput out) {
    if (out == null) {
      frequencies[symbol]++;
    } else {
      out.put(codes[symbol], codeLengths[symbol]);
      out.put(extra, extraBits);
    }
  }

  private void assignCodes() {
    int code = 0;
    for (int bits = 1; bits <= Symbols.CODE_LENGTH_BITS_MAX; bits++) {
      code <<= 1;
      for (int symbol = 0; symbol < codes.length; symbol++) {
        if (codeLengths[symbol] == bits) {
          codes[symbol] = Integer.reverse(code++) >>> (Integer.SIZE - bits);
        }
      }
    }
  }
}
