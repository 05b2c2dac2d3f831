package io.deltaport.deflate.klauspost;

import io.deltaport.deflate.CodeLengths;
import io.deltaport.deflate.golang.PackageMerge;
import java.util.Arrays;

/**
 * Code lengths as the library chooses them since 1.20.1: those of a Huffman tree in which a symbol
 * goes before a node of the same frequency, unless one is too long; then {@link PackageMerge}'s.
 * From the source of klauspost/compress, flate/huffman_code.go.
 */
final class HuffmanTree implements CodeLengths {
  private static final int SYMBOLS = PackageMerge.SYMBOLS;

  private final PackageMerge limited = new PackageMerge();
  private final long[] sorted = new long[SYMBOLS];
  private final int[] weights = new int[2 * SYMBOLS];
  private final int[] parents = new int[2 * SYMBOLS];
  private final int[] depths = new int[2 * SYMBOLS];

  @Override
  public void choose(int[] frequencies, int symbols, int maxBits, byte[] lengths) {
    int count = 0;
    for (int symbol = 0; symbol < symbols; symbol++) {
      if (frequencies[symbol] != 0) {
        sorted[count++] = (long) frequencies[symbol] << Short.SIZE | symbol;
      }
    }
    if (count <= 2) {
      limited.choose(frequencies, symbols, maxBits, lengths);
      return;
    }
    Arrays.sort(sorted, 0, count);
    build(count);
    int[] ofDepth = new int[SYMBOLS];
    int deepest = 0;
    for (int i = 0; i < count; i++) {
      ofDepth[depths[i]]++;
      deepest = Math.max(deepest, depths[i]);
    }
    if (deepest > maxBits) {
      limited.choose(frequencies, symbols, maxBits, lengths);
      return;
    }
    Arrays.fill(lengths, 0, symbols, (byte) 0);
    int index = count;
    for (int bits = 1; bits <= deepest; bits++) {
      for (int i = 0; i < ofDepth[bits]; i++) {
        lengths[(int) sorted[--index] & ((1 << Short.SIZE) - 1)] = (byte) bits;
      }
    }
  }

  /** Joins the two lightest nodes again and again; symbols are the first nodes. */
  private void build(int count) {
    for (int i = 0; i < count; i++) {
      weights[i] = (int) (sorted[i] >>> Short.SIZE);
    }
    int leaf = 0;
    int inner = count;
    int root = 2 * count - 2;
    for (int node = count; node <= root; node++) {
      int weight = 0;
      for (int child = 0; child < 2; child++) {
        int taken;
        if (leaf < count && (inner >= node || weights[leaf] <= weights[inner])) {
          taken = leaf++;
        } else {
          taken = inner++;
        }
        weight += weights[taken];
        parents[taken] = node;
      }
      weights[node] = weight;
    }
    depths[root] = 0;
    for (int node = root - 1; node >= 0; node--) {
      depths[node] = depths[parents[node]] + 1;
    }
  }
}
