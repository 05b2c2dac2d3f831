package io.deltaport.deflate.golang;

import io.deltaport.deflate.CodeLengths;
import java.util.Arrays;

/**
 * Code lengths as Go's huffmanEncoder chooses them: the best that a limit of lengths allows, by the
 * package-merge algorithm. Of the best it takes those that come out when a package is taken before
 * a symbol of the same frequency; of two symbols of the same frequency the larger one has the code
 * that is not longer. From the source of Go, compress/flate/huffman_code.go.
 */
public final class PackageMerge implements CodeLengths {
  /** The most symbols of an alphabet. */
  public static final int SYMBOLS = 288;

  /** The longest codes that can be asked for. */
  public static final int LONGEST = 15;

  /** Symbols that occur: frequency, then symbol, so that they sort. */
  private final long[] sorted = new long[SYMBOLS];

  private final int[] leaves = new int[SYMBOLS + 1];

  /** How many of a level's first items are symbols, for each level and number of items. */
  private final int[][] symbolsAmong = new int[LONGEST + 1][2 * SYMBOLS + 1];

  private int[] items = new int[2 * SYMBOLS];
  private int[] packages = new int[2 * SYMBOLS];

  @Override
  public void choose(int[] frequencies, int symbols, int maxBits, byte[] lengths) {
    int count = 0;
    for (int symbol = 0; symbol < symbols; symbol++) {
      lengths[symbol] = 0;
      if (frequencies[symbol] != 0) {
        sorted[count++] = (long) frequencies[symbol] << Short.SIZE | symbol;
      }
    }
    if (count <= 2) {
      for (int i = 0; i < count; i++) {
        lengths[symbolAt(i)] = 1;
      }
      return;
    }
    Arrays.sort(sorted, 0, count);
    assign(count, Math.min(maxBits, count - 1), lengths);
  }

  private void assign(int count, int levels, byte[] lengths) {
    merge(count, levels);
    int taken = 2 * count - 2;
    int longer = count;
    for (int level = levels; level > 0; level--) {
      int here = symbolsAmong[level][taken];
      taken = 2 * (taken - here);
      int below = level == 1 ? 0 : symbolsAmong[level - 1][taken];
      int bits = levels - level + 1;
      for (int i = below; i < longer; i++) {
        lengths[symbolAt(i)] = (byte) bits;
      }
      longer = below;
    }
  }

  /** Makes each level's items of the symbols and of pairs of the level below. */
  private void merge(int count, int levels) {
    for (int i = 0; i < count; i++) {
      leaves[i] = (int) (sorted[i] >>> Short.SIZE);
    }
    int pairs = 0;
    for (int level = 1; level <= levels; level++) {
      int leaf = 0;
      int pair = 0;
      int made = 0;
      int[] among = symbolsAmong[level];
      while (made < 2 * count - 2 && (leaf < count || pair < pairs)) {
        if (pair == pairs || (leaf < count && leaves[leaf] < packages[pair])) {
          items[made++] = leaves[leaf++];
        } else {
          items[made++] = packages[pair++];
        }
        among[made] = leaf;
      }
      pairs = made / 2;
      for (int i = 0; i < pairs; i++) {
        items[i] = items[2 * i] + items[2 * i + 1];
      }
      int[] swapped = packages;
      packages = items;
      items = swapped;
    }
  }

  private int symbolAt(int index) {
    return (int) sorted[index] & ((1 << Short.SIZE) - 1);
  }
}
