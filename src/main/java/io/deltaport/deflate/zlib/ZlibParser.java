package io.deltaport.deflate.zlib;

import io.deltaport.deflate.Matches;
import io.deltaport.deflate.Parser;
import io.deltaport.deflate.Symbols;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * The search for matches of zlib (deflate.c, the same since 1.2.5) and GNU gzip: chains of
 * positions whose first three bytes have the same hash, newest first. Not thread-safe.
 */
public final class ZlibParser implements Parser {
  private static final int WINDOW = 1 << 15;
  private static final int WINDOW_MASK = WINDOW - 1;

  /** Matches reach less far than the window: the compressor keeps room for what it reads ahead. */
  private static final int REACH = WINDOW - (Symbols.MATCH_MAX + Symbols.MATCH_MIN + 1);

  /** A match of three bytes that lies farther back costs more than its literals. */
  private static final int TOO_FAR = 4096;

  private static final int NO_MATCH = Symbols.MATCH_MIN - 1;

  private static final VarHandle SHORTS =
      MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  /**
   * Where levels that leave positions out begin to parse before a segment: the positions that they
   * enter soon are those that the compressor entered.
   */
  private static final int RUN_UP = 2 * WINDOW;

  private final ZlibLevel level;
  private final boolean dictionary;
  private final int hashShift;
  private final int hashMask;

  // Position 0 stands for none, as it does in the compressor.
  private final int[] head;
  private final int[] previous = new int[WINDOW];

  private byte[] data = {};
  private int limit;
  private int matchStart;

  /**
   * Makes a parser.
   *
   * @param level 1 to 9
   * @param memoryLevel zlib's memLevel, 8 where a program does not choose another
   * @param dictionary whether the compressor is given what stands before each segment as a
   *     dictionary, of which it enters every position, as pigz does
   */
  public ZlibParser(int level, int memoryLevel, boolean dictionary) {
    this.dictionary = dictionary;
    this.level = ZlibLevel.of(level);
    int hashBits = memoryLevel + 7;
    this.hashShift = (hashBits + Symbols.MATCH_MIN - 1) / Symbols.MATCH_MIN;
    this.hashMask = (1 << hashBits) - 1;
    this.head = new int[1 << hashBits];
  }

  @Override
  public void parse(byte[] data, int start, int end, int limit, Matches matches) {
    this.data = data;
    this.limit = limit;
    Arrays.fill(head, 0);
    if (!level.deferred() && !dictionary) {
      int runUp = Math.max(0, start - RUN_UP);
      enter(runUp - WINDOW, runUp);
      parseFirst(runUp, start, end, matches);
      return;
    }
    enter(start - WINDOW, start);
    if (level.deferred()) {
      parseDeferred(start, end, matches);
    } else {
      parseFirst(start, start, end, matches);
    }
  }

  private void enter(int from, int to) {
    int last = Math.min(to - 1, limit - Symbols.MATCH_MIN);
    for (int at = Math.max(0, from); at <= last; at++) {
      insert(at);
    }
  }

  /** Enters a position and returns the one before it with the same hash. */
  private int insert(int at) {
    int hash =
        (((data[at] & 0xff) << (2 * hashShift))
                ^ ((data[at + 1] & 0xff) << hashShift)
                ^ (data[at + 2] & 0xff))
            & hashMask;
    int before = head[hash];
    previous[at & WINDOW_MASK] = before;
    head[hash] = at;
    return before;
  }

  /** Parses from a place before the segment on and takes the matches inside the segment. */
  private void parseFirst(int from, int start, int end, Matches matches) {
    int lastHashed = limit - Symbols.MATCH_MIN;
    int at = from;
    while (at < end) {
      int candidate = at <= lastHashed ? insert(at) : 0;
      int length = NO_MATCH;
      if (candidate != 0 && at - candidate <= REACH) {
        length = longest(at, candidate, NO_MATCH);
      }
      if (length < Symbols.MATCH_MIN) {
        at++;
        continue;
      }
      if (at >= start && at + length <= end) {
        matches.add(at, length, at - matchStart);
      }
      int next = at + length;
      if (length <= level.lazy() && next <= lastHashed) {
        while (++at < next) {
          insert(at);
        }
      }
      at = next;
    }
  }

  private void parseDeferred(int start, int end, Matches matches) {
    int lastHashed = limit - Symbols.MATCH_MIN;
    int length = NO_MATCH;
    int at = start;
    while (at < end) {
      int candidate = at <= lastHashed ? insert(at) : 0;
      int pending = length;
      int pendingStart = matchStart;
      length = NO_MATCH;
      if (candidate != 0 && pending < level.lazy() && at - candidate <= REACH) {
        length = longest(at, candidate, pending);
        if (length == Symbols.MATCH_MIN && at - matchStart > TOO_FAR) {
          length = NO_MATCH;
        }
      }
      if (pending < Symbols.MATCH_MIN || length > pending) {
        at++;
        continue;
      }
      int begin = at - 1;
      int next = begin + pending;
      if (next <= end) {
        matches.add(begin, pending, begin - pendingStart);
      }
      while (++at < next) {
        if (at <= lastHashed) {
          insert(at);
        }
      }
      length = NO_MATCH;
    }
  }

  /**
   * Looks for a match longer than one that is known and remembers where it begins.
   *
   * @return its length; that of the known one when there is none longer
   */
  private int longest(int at, int candidate, int known) {
    byte[] bytes = data;
    int lookahead = limit - at;
    int longestPossible = Math.min(Symbols.MATCH_MAX, lookahead);
    int best = known;
    if (best >= longestPossible) {
      return Math.min(best, lookahead);
    }
    int nice = Math.min(level.nice(), lookahead);
    int left = known >= level.good() ? level.chain() >> 2 : level.chain();
    int oldest = Math.max(at - REACH, 0);
    short first = (short) SHORTS.get(bytes, at);
    short last = (short) SHORTS.get(bytes, at + best - 1);
    int match = candidate;
    do {
      if ((short) SHORTS.get(bytes, match + best - 1) == last
          && (short) SHORTS.get(bytes, match) == first) {
        int length = common(bytes, at, match, longestPossible);
        if (length > best) {
          matchStart = match;
          best = length;
          if (length >= nice) {
            break;
          }
          last = (short) SHORTS.get(bytes, at + best - 1);
        }
      }
      match = previous[match & WINDOW_MASK];
    } while (match > oldest && --left != 0);
    return best;
  }

  private static int common(byte[] bytes, int one, int other, int max) {
    int length = 0;
    while (length <= max - Long.BYTES) {
      long difference =
          (long) LONGS.get(bytes, one + length) ^ (long) LONGS.get(bytes, other + length);
      if (difference != 0) {
        return length + (Long.numberOfTrailingZeros(difference) >>> 3);
      }
      length += Long.BYTES;
    }
    while (length < max && bytes[one + length] == bytes[other + length]) {
      length++;
    }
    return length;
  }
}
