package io.deltaport.deflate.klauspost;

import io.deltaport.deflate.Matches;
import io.deltaport.deflate.Words;
import java.util.Arrays;

/**
 * Level 5, the default: a table of 4-byte words, one of 7-byte words with the last two positions of
 * each hash, and a look at what the end of a short match could belong to.
 */
final class FastEncoder5 extends FastEncoder {
  private static final int BITS = 15;
  private static final int SKIP = 6;
  private static final int SHORT_MATCH = 30;
  private static final int IGNORED = 2;

  private final int[] shorts = new int[1 << BITS];

  /** The last position in the low half, the one before it in the high half. */
  private final long[] longs = new long[1 << BITS];

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
      int length = 0;
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
        long both = longs[longHash];
        shorts[shortHash] = at + bias;
        longs[longHash] = both << Integer.SIZE | (at + bias);
        long nextWord = Words.eight(data, next);
        from = (int) both - bias;
        if (at - from < WINDOW) {
          int older = (int) (both >>> Integer.SIZE) - bias;
          if ((int) word == Words.four(data, from)) {
            enter(nextWord, next);
            if (at - older < WINDOW && (int) word == Words.four(data, older)) {
              length = measure(data, from, at, end);
              int other = measure(data, older, at, end);
              if (other > length) {
                from = older;
                length = other;
              }
            }
            break;
          }
          if (at - older < WINDOW && (int) word == Words.four(data, older)) {
            from = older;
            enter(nextWord, next);
            break;
          }
        }
        from = candidate;
        if (at - from < WINDOW && (int) word == Words.four(data, from)) {
          length = measure(data, from, at, end);
          both = enter(nextWord, next);
          int later = (int) both - bias;
          if (next - later < WINDOW) {
            int other = measureIfFour(data, (int) nextWord, later, next, end);
            if (other <= length) {
              later = (int) (both >>> Integer.SIZE) - bias;
              other =
                  next - later < WINDOW ? measureIfFour(data, (int) nextWord, later, next, end) : 0;
            }
            if (other > length) {
              from = later;
              at = next;
              length = other;
            }
          }
          break;
        }
        word = nextWord;
      }
      if (length == 0) {
        length = Words.common(data, from + 4, at + 4, end) + 4;
      } else if (length == MEASURED + 4) {
        length += Words.common(data, from + length, at + length, end);
      }
      if (length < SHORT_MATCH && at + length < last) {
        // What the bytes behind the match belong to may have the match's end before them, too.
        int other =
            (int) longs[hash7(Words.eight(data, at + length), BITS)] - bias - length + IGNORED;
        int distance = at + IGNORED - other;
        if (other >= origin && distance < WINDOW && distance > 0) {
          int longer = Words.common(data, other, at + IGNORED, end);
          if (longer > length) {
            from = other;
            length = longer;
            at += IGNORED;
          }
        }
      }
      while (from > origin && at > literals && data[from - 1] == data[at - 1]) {
        at--;
        from--;
        length++;
      }
      add(matches, at, length, at - from);
      literals = at + length;
      at = Math.max(literals, next + 1);
      if (at >= last) {
        return;
      }
      enterInside(data, at - length + 1, at - 1);
      long before = Words.eight(data, at - 1);
      enter(before, at - 1);
      word = before >>> 8;
    }
  }

  private static int measure(byte[] data, int from, int at, int end) {
    return Words.common(data, from + 4, at + 4, Math.min(at + 4 + MEASURED, end)) + 4;
  }

  private static int measureIfFour(byte[] data, int word, int from, int at, int end) {
    return word == Words.four(data, from) ? measure(data, from, at, end) : 0;
  }

  /** Enters a position, and gives those that the table of long words had before. */
  private long enter(long word, int position) {
    shorts[hash4(word, BITS)] = position + bias;
    return enterLong(word, position);
  }

  private long enterLong(long word, int position) {
    int hash = hash7(word, BITS);
    long both = longs[hash];
    longs[hash] = both << Integer.SIZE | (position + bias);
    return both;
  }

  /** Enters some positions of a match: each third, more of them at its beginning. */
  private void enterInside(byte[] data, int begin, int end) {
    if (begin >= end) {
      return;
    }
    long word = Words.eight(data, begin);
    enter(word, begin);
    enterLong(word >>> 8, begin + 1);
    shorts[hash4(word >>> 16, BITS)] = begin + 2 + bias;
    for (int at = begin + 4; at < end; at += 3) {
      word = Words.eight(data, at);
      enterLong(word, at);
      shorts[hash4(word >>> 8, BITS)] = at + 1 + bias;
    }
  }
}
