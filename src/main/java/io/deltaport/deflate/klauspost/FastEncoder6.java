package io.deltaport.deflate.klauspost;

import io.deltaport.deflate.Matches;
import io.deltaport.deflate.Words;
import java.util.Arrays;

/**
 * Level 6: tables as of level 5, in which every position of a match is entered; the last distance
 * is tried again, and the end of every match is looked up.
 */
final class FastEncoder6 extends FastEncoder {
  private static final int BITS = 15;
  private static final int SKIP = 7;
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
    int repeated = 1;
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
          int again = at - repeated + 1;
          if ((int) (word >>> 8) == Words.four(data, again)) {
            int other = measure(data, again, at + 1, end);
            if (other > length) {
              from = again;
              length = other;
              at++;
              break;
            }
          }
          int later = (int) both - bias;
          if (next - later < WINDOW) {
            int other = measureIfFour(data, (int) nextWord, later, next, end);
            if (other > length) {
              from = later;
              at = next;
              length = other;
            }
            later = (int) (both >>> Integer.SIZE) - bias;
            if (next - later < WINDOW) {
              other = measureIfFour(data, (int) nextWord, later, next, end);
              if (other > length) {
                from = later;
                at = next;
                length = other;
              }
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
      if (at + length < last) {
        // What the bytes behind the match belong to may have the match's end before them, too.
        long both = longs[hash7(Words.eight(data, at + length), BITS)];
        int later = at + IGNORED;
        int other = (int) both - bias - length + IGNORED;
        int distance = later - other;
        if (distance < WINDOW) {
          if (distance > 0 && other >= origin) {
            int longer = Words.common(data, other, later, end);
            if (longer > length) {
              from = other;
              length = longer;
              at = later;
            }
          }
          other = (int) (both >>> Integer.SIZE) - bias - length + IGNORED;
          distance = later - other;
          if (distance > 0 && distance < WINDOW && other >= origin) {
            int longer = Words.common(data, other, later, end);
            if (longer > length) {
              from = other;
              length = longer;
              at = later;
            }
          }
        }
      }
      while (from > origin && at > literals && data[from - 1] == data[at - 1]) {
        at--;
        from--;
        length++;
      }
      add(matches, at, length, at - from);
      repeated = at - from;
      literals = at + length;
      at = Math.max(literals, next + 1);
      if (at >= last) {
        for (int i = next + 1; i < end - 8; i += 2) {
          enter(Words.eight(data, i), i);
        }
        return;
      }
      for (int i = next + 1; i < at - 1; i += 2) {
        enterPair(Words.eight(data, i), i);
      }
      word = Words.eight(data, at);
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
    int hash = hash7(word, BITS);
    long both = longs[hash];
    longs[hash] = both << Integer.SIZE | (position + bias);
    return both;
  }

  private void enterPair(long word, int position) {
    enter(word, position);
    int hash = hash7(word >>> 8, BITS);
    longs[hash] = longs[hash] << Integer.SIZE | (position + 1 + bias);
  }
}
