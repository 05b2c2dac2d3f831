package io.deltaport.deflate.klauspost;

import io.deltaport.deflate.Matches;
import io.deltaport.deflate.Words;
import java.util.Arrays;

/** Level 1: one table of 5-byte words; every second position is tried. */
final class FastEncoder1 extends FastEncoder {
  private static final int BITS = 15;
  private static final int SKIP = 5;

  private final int[] table = new int[1 << BITS];

  @Override
  void clear() {
    Arrays.fill(table, 0);
  }

  @Override
  void encode(byte[] data, int origin, int start, int end, Matches matches) {
    int last = end - MARGIN;
    int literals = start;
    int at = start;
    long word = Words.eight(data, at);
    while (true) {
      int next;
      int from;
      while (true) {
        int hash = hash5(word, BITS);
        from = table[hash] - bias;
        next = at + 2 + ((at - literals) >> SKIP);
        if (next > last) {
          return;
        }
        long nextWord = Words.eight(data, next);
        table[hash] = at + bias;
        hash = hash5(nextWord, BITS);
        if (at - from < WINDOW && (int) word == Words.four(data, from)) {
          table[hash] = next + bias;
          break;
        }
        // The position after the next is tried at once, too.
        word = nextWord;
        at = next;
        next++;
        from = table[hash] - bias;
        table[hash] = at + bias;
        if (at - from < WINDOW && (int) word == Words.four(data, from)) {
          table[hash] = next + bias;
          break;
        }
        word = nextWord >>> 8;
        at = next;
      }
      // Matches that follow each other without a literal between them.
      while (true) {
        int length = Words.common(data, from + 4, at + 4, end) + 4;
        while (from > origin && at > literals && data[from - 1] == data[at - 1]) {
          at--;
          from--;
          length++;
        }
        add(matches, at, length, at - from);
        literals = at + length;
        at = Math.max(literals, next + 1);
        if (at >= last) {
          if (at + length + 8 < end) {
            table[hash5(Words.eight(data, at), BITS)] = at + bias;
          }
          return;
        }
        long before = Words.eight(data, at - 2);
        table[hash5(before, BITS)] = at - 2 + bias;
        int hash = hash5(before >>> 16, BITS);
        from = table[hash] - bias;
        table[hash] = at + bias;
        if (at - from > WINDOW || (int) (before >>> 16) != Words.four(data, from)) {
          word = before >>> 24;
          at++;
          break;
        }
      }
    }
  }
}
