package io.deltaport.deflate;

import java.util.Arrays;

/** How often each symbol occurs in a block. Not thread-safe. */
final class SymbolCounts {
  final int[] literals = new int[Symbols.LITERALS];
  final int[] distances = new int[Symbols.DISTANCES];

  /** Counts literals and matches of which the first stands first in a block. */
  void count(Segment segment, Block block, int firstMatch) {
    Arrays.fill(literals, 0);
    Arrays.fill(distances, 0);
    literals[Symbols.END_OF_BLOCK] = 1;
    Matches matches = segment.matches;
    byte[] data = segment.data;
    int match = firstMatch;
    int at = block.start();
    while (at < block.end()) {
      int next = match < matches.count() ? matches.position(match) : block.end();
      int stop = Math.min(next, block.end());
      while (at < stop) {
        literals[data[at++] & 0xff]++;
      }
      if (at < block.end()) {
        literals[Symbols.FIRST_LENGTH + Symbols.lengthIndex(matches.length(match))]++;
        distances[Symbols.distanceSymbol(matches.distance(match))]++;
        at += matches.length(match++);
      }
    }
  }
}
