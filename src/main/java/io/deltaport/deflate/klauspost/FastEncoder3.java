package io.deltaport.deflate.klauspost;

import io.deltaport.deflate.Matches;
import io.deltaport.deflate.Words;
import java.util.Arrays;

/** Level 3: a table of 5-byte words with the last two positions of each hash. */
final class FastEncoder3 extends FastEncoder {
  private static final int BITS = 16;
  private static final int SKIP = 7;
  private static final int REACH = WINDOW - 4;

  /** The last position in the low half, the one before it in the high half. */
  private final long[] table = new long[1 << BITS];

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
        next = at + 1 + ((at - literals) >> SKIP);
        if (next > last) {
          return;
        }
        long both = table[hash];
        table[hash] = both << Integer.SIZE | (at + bias);
        from = (int) both - bias;
        if (at - from <= REACH) {
          int older = (int) (both >>> Integer.SIZE) - bias;
          if ((int) word == Words.four(data, from)) {
            if (at - older <= REACH
                && (int) word == Words.four(data, older)
                && Words.common(data, older + 4, at + 4, end)
                    > Words.common(data, from + 4, at + 4, end)) {
              from = older;
            }
            break;
          }
          if (at - older < REACH && (int) word == Words.four(data, older)) {
            from = older;
            break;
          }
        }
        word = Words.eight(data, next);
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
          int behind = from + length;
          if (behind + 8 < end) {
            push(Words.eight(data, behind), behind);
          }
          return;
        }
        for (int i = at - length + 2; i < at - 5; i += 6) {
          push(Words.eight(data, i), i);
        }
        long before = Words.eight(data, at - 2);
        push(before, at - 2);
        push(before >>> 8, at - 1);
        word = before >>> 16;
        long both = push(word, at);
        from = (int) both - bias;
        boolean found = false;
        if (at - from < REACH) {
          found = (int) word == Words.four(data, from);
          if (!found) {
            from = (int) (both >>> Integer.SIZE) - bias;
            found = at - from < REACH && (int) word == Words.four(data, from);
          }
        }
        if (!found) {
          word >>>= 8;
          at++;
          break;
        }
      }
    }
  }

  private long push(long word, int position) {
    int hash = hash5(word, BITS);
    long both = table[hash];
    table[hash] = both << Integer.SIZE | (position + bias);
    return both;
  }
}
