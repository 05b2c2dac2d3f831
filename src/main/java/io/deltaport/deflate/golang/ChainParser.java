package io.deltaport.deflate.golang;

import io.deltaport.deflate.Matches;
import io.deltaport.deflate.PrimedParser;
import io.deltaport.deflate.Words;
import java.util.Arrays;

/**
 * Levels 2 to 9, of which 6 is the default: chains of positions with the same hash of 4 bytes. From
 * level 4 on a match is taken when the next position has no longer one; levels 2 and 3 take the
 * first, and enter no positions of longer matches into the chains.
 *
 * <p>The compressor sees a window of 65,536 bytes, which moves by half of that, and nothing before
 * it; so a history should begin at a multiple of 32,768 bytes of the stream. A block ends with
 * {@link #BLOCK_SYMBOLS} symbols, or where the stream is flushed. The same in Go 1.19 to 1.26. From
 * the source of Go, compress/flate/deflate.go.
 */
public final class ChainParser implements PrimedParser {
  /** Literals and matches of a block. */
  public static final int BLOCK_SYMBOLS = 1 << 14;

  private static final int WINDOW = 1 << 15;
  private static final int HASH_BITS = 17;
  private static final int SHORTEST = 4;
  private static final int LONGEST = 258;
  private static final int PRIME = 0x1e35a7bd;
  private static final int LOOKAHEAD = SHORTEST + LONGEST;
  private static final int LARGEST_BIAS = 1 << 30;

  /** The shortest matches are only taken from so near. */
  private static final int NEAR = 4096;

  private static final int NO_LAZINESS = 0;

  /** Positions plus the bias: the last of each hash, and the one before each position. */
  private final int[] heads = new int[1 << HASH_BITS];

  private final int[] previous = new int[WINDOW];
  private final int lazy;
  private final int nice;
  private final int tries;

  /** The longest matches whose positions are all entered. */
  private final int entered;

  private int bias = 1;
  private int lastLength;
  private byte[] data = new byte[0];
  private int base;
  private int windowEnd;
  private int insertEnd;

  /** The match that begins at the last position, if it has one. */
  private int length;

  private int distance;

  /**
   * Makes a parser.
   *
   * @param level 2 to 9
   * @throws IllegalArgumentException for another level
   */
  public ChainParser(int level) {
    switch (level) {
      case 2 -> {
        lazy = NO_LAZINESS;
        nice = 16;
        tries = 8;
        entered = 5;
      }
      case 3 -> {
        lazy = NO_LAZINESS;
        nice = 32;
        tries = 32;
        entered = 6;
      }
      case 4 -> {
        lazy = 4;
        nice = 16;
        tries = 16;
        entered = LONGEST;
      }
      case 5 -> {
        lazy = 16;
        nice = 32;
        tries = 32;
        entered = LONGEST;
      }
      case 6 -> {
        lazy = 16;
        nice = 128;
        tries = 128;
        entered = LONGEST;
      }
      case 7 -> {
        lazy = 32;
        nice = 128;
        tries = 256;
        entered = LONGEST;
      }
      case 8 -> {
        lazy = 128;
        nice = LONGEST;
        tries = 1024;
        entered = LONGEST;
      }
      case 9 -> {
        lazy = LONGEST;
        nice = LONGEST;
        tries = 4096;
        entered = LONGEST;
      }
      default -> throw new IllegalArgumentException("no level with chains: " + level);
    }
  }

  @Override
  public int historyBytes() {
    return 2 * WINDOW;
  }

  @Override
  public int historyUnit() {
    return WINDOW;
  }

  @Override
  public void parse(byte[] data, int start, int end, int limit, Matches matches) {
    begin(data);
    int before = matches.count();
    if (lazy == NO_LAZINESS) {
      // What is in the chains depends on the matches before.
      greedy(0, start, start, matches);
      matches.truncate(before);
      insert(Math.max(0, start - (SHORTEST - 1)), Math.min(start, limit - (SHORTEST - 1)));
      greedy(start, end, limit, matches);
    } else {
      insert(Math.max(0, start - 2 * WINDOW), Math.min(start, limit - (SHORTEST - 1)));
      lazily(start, end, limit, matches);
    }
    while (matches.count() > before
        && matches.position(matches.count() - 1) + matches.length(matches.count() - 1) > end) {
      matches.truncate(matches.count() - 1);
    }
    this.data = new byte[0];
  }

  private void begin(byte[] data) {
    if (bias > LARGEST_BIAS - lastLength - 2 * WINDOW) {
      Arrays.fill(heads, 0);
      Arrays.fill(previous, 0);
      bias = 1;
    } else {
      bias += lastLength + 2 * WINDOW;
    }
    lastLength = data.length;
    this.data = data;
    base = 0;
  }

  private void insert(int from, int to) {
    for (int at = from; at < to; at++) {
      insert(at);
    }
  }

  private int insert(int at) {
    int word = Integer.reverseBytes(Words.four(data, at));
    int hash = (word * PRIME) >>> (Integer.SIZE - HASH_BITS);
    int head = heads[hash];
    previous[at & (WINDOW - 1)] = head;
    heads[hash] = at + bias;
    return head - bias;
  }

  /** Moves the window, if there is less ahead than the compressor wants. Tells what is ahead. */
  private int lookahead(int at, int limit) {
    while (base + 2 * WINDOW - at < LOOKAHEAD && base + 2 * WINDOW < limit) {
      base += WINDOW;
    }
    windowEnd = Math.min(base + 2 * WINDOW, limit);
    insertEnd = windowEnd - (SHORTEST - 1);
    return windowEnd - at;
  }

  private void greedy(int from, int end, int limit, Matches matches) {
    int at = from;
    while (at < end) {
      int lookahead = lookahead(at, limit);
      int candidate = at < insertEnd ? insert(at) : -1;
      length = SHORTEST - 1;
      if (candidate >= Math.max(at - WINDOW, base)) {
        search(at, candidate, Math.min(lookahead, LONGEST));
      }
      if (length < SHORTEST) {
        at++;
        continue;
      }
      matches.add(at, length, distance);
      if (length <= entered) {
        insert(at + 1, Math.min(at + length, insertEnd));
      }
      at += length;
    }
  }

  private void lazily(int from, int end, int limit, Matches matches) {
    int at = from;
    length = SHORTEST - 1;
    while (at <= end) {
      int lookahead = lookahead(at, limit);
      if (lookahead == 0) {
        return;
      }
      int candidate = at < insertEnd ? insert(at) : -1;
      int priorLength = length;
      int priorDistance = distance;
      length = SHORTEST - 1;
      if (candidate >= Math.max(at - WINDOW, base)
          && lookahead > priorLength
          && priorLength < lazy) {
        search(at, candidate, Math.min(lookahead, LONGEST));
      }
      if (priorLength >= SHORTEST && length <= priorLength) {
        matches.add(at - 1, priorLength, priorDistance);
        int next = at + priorLength - 1;
        insert(at + 1, Math.min(next, insertEnd));
        at = next;
        length = SHORTEST - 1;
      } else {
        at++;
      }
    }
  }

  private void search(int at, int first, int most) {
    int enough = Math.min(nice, most);
    int best = SHORTEST - 1;
    int earliest = at - WINDOW;
    // A longer match has these 4 bytes, too.
    int end = Words.four(data, at + best - 3);
    int candidate = first;
    for (int left = tries; left > 0; left--) {
      if (Words.four(data, candidate + best - 3) == end) {
        int found = Words.common(data, candidate, at, at + most);
        if (found > best && (found > SHORTEST || at - candidate <= NEAR)) {
          best = found;
          distance = at - candidate;
          if (found >= enough) {
            break;
          }
          end = Words.four(data, at + found - 3);
        }
      }
      if (candidate == earliest) {
        break;
      }
      candidate = previous[candidate & (WINDOW - 1)] - bias;
      if (candidate < earliest || candidate < base) {
        break;
      }
    }
    length = best;
  }
}
