package io.deltaport.deflate.klauspost;

import io.deltaport.deflate.Matches;
import io.deltaport.deflate.Words;
import java.util.Arrays;

/** Level 2: one larger table of 5-byte words, in which parts of matches are entered, too. */
final class FastEncoder2 extends FastEncoder {
  private static final int BITS = 17;
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
      int next = at;
      int from;
      while (true) {
        int hash = hash5(word, BITS);
        at = next;
        next = at + 2 + ((at - literals) >> SKIP);
        if (next > last) {
          return;
        }
        from = table[hash] - bias;
        long nextWord = Words.eight(data, next);
        table[hash] = at + bias;
        hash = hash5(nextWord, BITS);
        if (at - from < WINDOW && (int) word == Words.four(data, from)) {
          table[hash] = next + bias;
          break;
        }
        word = nextWord;
        at = next;
        next++;
        from = table[hash] - bias;
        table[hash] = at + bias;
        if (at - from < WINDOW && (int) word == Words.four(data, from)) {
          break;
        }
        word = nextWord >>> 8;
      }
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
        enter(data, at - length + 2, at - 5);
        long before = Words.eight(data, at - 2);
        table[hash5(before, BITS)] = at - 2 + bias;
        table[hash5(before >>> 8, BITS)] = at - 1 + bias;
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

  /** Enters three of seven positions of a match. */
  private void enter(byte[] data, int begin, int end) {
    for (int at = begin; at < end; at += 7) {
      long word = Words.eight(data, at);
      table[hash5(word, BITS)] = at + bias;
      table[hash5(word >>> 16, BITS)] = at + 2 + bias;
      table[hash5(word >>> 32, BITS)] = at + 4 + bias;
    }
  }
}
