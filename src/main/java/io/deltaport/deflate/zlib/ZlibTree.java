package io.deltaport.deflate.zlib;

import java.util.Arrays;

/**
 * Huffman codes as zlib and GNU gzip make them (trees.c): by a heap in which a shallower tree goes
 * before a deeper one of the same weight. Not thread-safe.
 */
final class ZlibTree {
  private static final int SYMBOLS_MAX = 286;

  private final int[] weight = new int[2 * SYMBOLS_MAX + 1];
  private final int[] depth = new int[2 * SYMBOLS_MAX + 1];
  private final int[] parent = new int[2 * SYMBOLS_MAX + 1];
  private final int[] bits = new int[2 * SYMBOLS_MAX + 1];
  private final int[] heap = new int[2 * SYMBOLS_MAX + 2];

  /** Nodes in the order in which they were taken from the heap, the heaviest last. */
  private final int[] order = new int[2 * SYMBOLS_MAX + 1];

  private final int[] counts = new int[16];
  private int heapSize;
  private int lastSymbol;

  /**
   * Chooses code lengths. At least two symbols get one.
   *
   * @param lengths gets the length of each symbol's code
   * @return the last symbol that has a code
   */
  int build(int[] frequencies, int symbols, int bitsMax, byte[] lengths) {
    fillHeap(frequencies, symbols);
    for (int i = heapSize / 2; i >= 1; i--) {
      sink(i);
    }
    int taken = 0;
    int node = symbols;
    do {
      int light = heap[1];
      heap[1] = heap[heapSize--];
      sink(1);
      int next = heap[1];
      order[taken++] = light;
      order[taken++] = next;
      weight[node] = weight[light] + weight[next];
      depth[node] = Math.max(depth[light], depth[next]) + 1;
      parent[light] = node;
      parent[next] = node;
      heap[1] = node++;
      sink(1);
    } while (heapSize >= 2);
    measure(node - 1, taken, symbols, bitsMax);
    Arrays.fill(lengths, 0, symbols, (byte) 0);
    for (int i = 0; i < taken; i++) {
      if (order[i] < symbols) {
        lengths[order[i]] = (byte) bits[order[i]];
      }
    }
    return lastSymbol;
  }

  private void fillHeap(int[] frequencies, int symbols) {
    heapSize = 0;
    lastSymbol = -1;
    for (int symbol = 0; symbol < symbols; symbol++) {
      weight[symbol] = frequencies[symbol];
      depth[symbol] = 0;
      if (frequencies[symbol] != 0) {
        heap[++heapSize] = symbol;
        lastSymbol = symbol;
      }
    }
    while (heapSize < 2) {
      int forced = lastSymbol < 2 ? ++lastSymbol : 0;
      heap[++heapSize] = forced;
      weight[forced] = 1;
    }
  }

  private boolean before(int one, int other) {
    return weight[one] < weight[other]
        || (weight[one] == weight[other] && depth[one] <= depth[other]);
  }

  private void sink(int from) {
    int node = heap[from];
    int at = from;
    for (int child = at << 1; child <= heapSize; child = at << 1) {
      if (child < heapSize && before(heap[child + 1], heap[child])) {
        child++;
      }
      if (before(node, heap[child])) {
        break;
      }
      heap[at] = heap[child];
      at = child;
    }
    heap[at] = node;
  }

  /** Gives each node the bits of its parent and one, and shortens codes that get too long. */
  private void measure(int root, int taken, int symbols, int bitsMax) {
    Arrays.fill(counts, 0);
    bits[root] = 0;
    int overflow = 0;
    for (int i = taken - 1; i >= 0; i--) {
      int node = order[i];
      int length = bits[parent[node]] + 1;
      if (length > bitsMax) {
        length = bitsMax;
        overflow++;
      }
      bits[node] = length;
      if (node < symbols) {
        counts[length]++;
      }
    }
    if (overflow > 0) {
      shorten(overflow, symbols, bitsMax);
    }
  }

  private void shorten(int overflow, int symbols, int bitsMax) {
    for (int left = overflow; left > 0; left -= 2) {
      int length = bitsMax - 1;
      while (counts[length] == 0) {
        length--;
      }
      counts[length]--;
      counts[length + 1] += 2;
      counts[bitsMax]--;
    }
    int next = 0;
    for (int length = bitsMax; length > 0; length--) {
      for (int left = counts[length]; left > 0; ) {
        int node = order[next++];
        if (node < symbols) {
          bits[node] = length;
          left--;
        }
      }
    }
  }
}
