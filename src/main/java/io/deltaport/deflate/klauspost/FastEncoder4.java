package io.deltaport.deflate.klauspost;

import io.deltaport.deflate.Matches;
import io.deltaport.deflate.Words;
import java.util.Arrays;

/** Level 4: tables of 4-byte and of 7-byte words. */
final class FastEncoder4 extends FastEncoder {
  private static final int BITS = 15;
  private static final int SKIP = 6;

  private final int[] shorts = new int[1 << BITS];
  private final int[] longs = new int[1 << BITS];
  private final boolean mistaken;

  /**
   * Makes an encoder.
   *
   * @param mistaken whether a longer match at the next position is measured as since 1.18.0: not
   *     where it is, but as many bytes behind the buffer's beginning as it is away
   */
  FastEncoder4(boolean mistaken) {
    this.mistaken = mistaken;
  }

  @Override
  void clear() {
    Arrays.fill(shorts, 0);
    Arrays.fill(longs, 0);
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
        int shortHash = hash4(word, BITS);
        int longHash = hash7(word, BITS);
        at = next;
        next = at + 1 + ((at - literals) >> SKIP);
        if (next > last) {
          return;
        }
        int candidate = shorts[shortHash] - bias;
        from = longs[longHash] - bias;
        long nextWord = Words.eight(data, next);
        shorts[shortHash] = at + bias;
        longs[longHash] = at + bias;
        if (at - from < WINDOW && (int) word == Words.four(data, from)) {
          break;
        }
        from = candidate;
        if (at - from < WINDOW && (int) word == Words.four(data, from)) {
          int later = longs[hash7(nextWord, BITS)] - bias;
          if (next - later < WINDOW && (int) nextWord == Words.four(data, later)) {
            int measured = mistaken ? origin + next - later : later;
            if (Words.common(data, measured + 4, next + 4, end)
                > Words.common(data, from + 4, at + 4, end)) {
              at = next;
              from = later;
            }
          }
          break;
        }
        word = nextWord;
      }
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
        if (at + 8 < end) {
          enter(Words.eight(data, at), at);
        }
        return;
      }
      for (int i = next; i < at - 1; i += 3) {
        long inside = Words.eight(data, i);
        longs[hash7(inside, BITS)] = i + bias;
        enter(inside >>> 8, i + 1);
      }
      long before = Words.eight(data, at - 1);
      enter(before, at - 1);
      word = before >>> 8;
    }
  }

  private void enter(long word, int position) {
    longs[hash7(word, BITS)] = position + bias;
    shorts[hash4(word, BITS)] = position + bias;
  }
}
