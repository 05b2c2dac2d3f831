package io.deltaport.deflate.klauspost;

import io.deltaport.deflate.CodeLengths;
import io.deltaport.deflate.Matches;
import io.deltaport.deflate.PrimedParser;
import io.deltaport.deflate.Words;
import io.deltaport.deflate.golang.PackageMerge;
import java.util.Arrays;

/**
 * Levels 7 to 9: chains of positions with the same hash of 4 bytes, and lazy matching: a match is
 * taken when the next position has no longer one.
 *
 * <p>The compressor sees a window of 65,536 bytes, which moves by half of that, and nothing before
 * it; so a history should begin at a multiple of 32,768 bytes of the stream. Level 9 prices
 * literals by what is in the window, and wants to see 65,536 bytes behind a segment; the others are
 * content with some hundred. From the source of klauspost/compress, flate/deflate.go.
 */
public final class ChainParser implements PrimedParser {
  private static final int WINDOW = 1 << 15;
  private static final int HASH_BITS = 17;
  private static final int SHORTEST = 4;
  private static final int LONGEST = 258;
  private static final int PRIME = (int) 2654435761L;

  /** With less ahead the compressor waits for more, unless it is flushed. */
  private static final int LOOKAHEAD = SHORTEST + LONGEST;

  private static final int LARGEST_BIAS = 1 << 30;

  /** How much before a segment is parsed, to know how long there was no match. */
  private static final int REPEATED_BYTES = 16 * 1024;

  private static final int LITERAL_BITS = 15;

  /** The first bytes of a match that are not looked at when its end is looked up. */
  private static final int IGNORED = 2;

  private static final int SKIP = 6;

  /** Counters of the compressor have 16 bits. */
  private static final int MOST_UNMATCHED = 0xFFFF;

  private final boolean dictionary;
  private final boolean newEnds;
  private final int lazy;
  private final int nice;
  private final int chain;
  private final boolean priced;
  private final int pricedBytes;
  private final int leastGain;
  private final int matchCost;
  private final CodeLengths codes;

  /** Positions plus the bias: the last of each hash, and the one before each position. */
  private final int[] heads = new int[1 << HASH_BITS];

  private final int[] previous = new int[WINDOW];
  private int bias = 1;
  private int lastLength;

  /** Bits of the literals from the window's beginning up to each of its positions. */
  private final int[] prices = new int[2 * WINDOW + 1];

  private byte[] data = new byte[0];
  private int base;
  private int windowEnd;
  private int insertEnd;

  /**
   * The match that begins at the last position, if it has one, and whether that is no literal yet.
   */
  private int length;

  private int distance;
  private boolean literalPending;
  private int unmatched;

  private ChainParser(int level, Version version, boolean dictionary) {
    if (level < 7 || level > 9) {
      throw new IllegalArgumentException("no level with chains: " + level);
    }
    this.dictionary = dictionary;
    this.newEnds = version.since(Version.V1_16);
    this.lazy = level == 7 ? 12 : level == 8 ? 30 : LONGEST;
    this.nice = level == 7 ? 16 : level == 8 ? 40 : LONGEST;
    this.chain = level == 7 ? 24 : level == 8 ? 64 : 1024;
    this.priced = level == 9;
    this.pricedBytes = version.since(Version.V1_18_2) ? WINDOW : 2 * WINDOW;
    this.leastGain = newEnds ? 4 : 0;
    this.matchCost = newEnds ? 3 : 6;
    this.codes = version.since(Version.V1_20_1) ? new HuffmanTree() : new PackageMerge();
  }

  /**
   * A parser of what one writer writes.
   *
   * @param level 7 to 9
   * @throws IllegalArgumentException for another level
   */
  public static ChainParser ofStream(int level, Version version) {
    return new ChainParser(level, version, false);
  }

  /**
   * A parser of pgzip's blocks: each is a segment, and its history is the end of the block before.
   *
   * @param level 7 to 9
   * @throws IllegalArgumentException for another level
   */
  public static ChainParser ofPgzip(int level, Version version) {
    return new ChainParser(level, version, true);
  }

  @Override
  public int historyBytes() {
    return dictionary ? FastParser.PGZIP_DICTIONARY_BYTES : 2 * WINDOW;
  }

  @Override
  public int historyUnit() {
    return dictionary ? 1 : WINDOW;
  }

  @Override
  public void parse(byte[] data, int start, int end, int limit, Matches matches) {
    begin(data);
    unmatched = 0;
    int before = matches.count();
    if (dictionary) {
      base = Math.max(0, start - FastParser.PGZIP_DICTIONARY_BYTES);
      insert(base, start - (SHORTEST - 1));
      windowEnd = start;
      steps(start, end, limit, true, matches);
    } else {
      int repeated = Math.max(0, start - REPEATED_BYTES);
      insert(Math.max(0, repeated - 2 * WINDOW), repeated);
      placeWindow(repeated);
      steps(repeated, start, start, repeated == 0, matches);
      matches.truncate(before);
      insert(Math.max(0, start - (SHORTEST - 1)), Math.min(start, limit - (SHORTEST - 1)));
      placeWindow(start);
      steps(start, end, limit, start == 0, matches);
    }
    while (matches.count() > before
        && matches.position(matches.count() - 1) + matches.length(matches.count() - 1) > end) {
      matches.truncate(matches.count() - 1);
    }
    this.data = new byte[0];
  }

  private void begin(byte[] data) {
    if (bias > LARGEST_BIAS - lastLength - WINDOW) {
      Arrays.fill(heads, 0);
      Arrays.fill(previous, 0);
      bias = 1;
    } else {
      bias += lastLength + 2 * WINDOW;
    }
    lastLength = data.length;
    this.data = data;
  }

  /** Finds the window that the compressor has when it comes to a position. */
  private void placeWindow(int position) {
    base = 0;
    while (base + 2 * WINDOW - position < LOOKAHEAD) {
      base += WINDOW;
    }
  }

  private void insert(int from, int to) {
    for (int at = from; at < to; at++) {
      insert(at);
    }
  }

  private int insert(int at) {
    int hash = hash(at);
    int head = heads[hash];
    previous[at & (WINDOW - 1)] = head;
    heads[hash] = at + bias;
    return head - bias;
  }

  private int hash(int at) {
    return (Words.four(data, at) * PRIME) >>> (Integer.SIZE - HASH_BITS);
  }

  /**
   * Goes through the windows from a position on.
   *
   * @param first whether the compressor's current step begins at that position
   */
  private void steps(int from, int end, int limit, boolean first, Matches matches) {
    int at = from;
    boolean begins = first;
    length = SHORTEST - 1;
    literalPending = false;
    while (true) {
      boolean flushed = base + 2 * WINDOW >= limit;
      windowEnd = Math.min(base + 2 * WINDOW, limit);
      insertEnd = windowEnd - (SHORTEST - 1);
      if (priced && windowEnd > at) {
        price(begins ? at : Math.min(at, base == 0 ? 0 : base + WINDOW - LOOKAHEAD + 1));
      }
      begins = true;
      at = step(at, end, flushed, matches);
      if (flushed || at > end) {
        return;
      }
      base += WINDOW;
    }
  }

  /** Parses one window, and gives the position where the next one goes on. */
  private int step(int from, int end, boolean flushed, Matches matches) {
    int at = from;
    while (at <= end) {
      int lookahead = windowEnd - at;
      if (lookahead < (flushed ? 1 : LOOKAHEAD)) {
        break;
      }
      int candidate = at < insertEnd ? insert(at) : -1;
      int priorLength = length;
      int priorDistance = distance;
      length = SHORTEST - 1;
      distance = 0;
      int earliest = Math.max(at - WINDOW, base);
      if (candidate >= earliest && lookahead > priorLength && priorLength < lazy) {
        search(at, candidate, earliest, Math.min(lookahead, LONGEST));
      }
      if (priorLength >= SHORTEST && length <= priorLength) {
        at = takePrior(at, priorLength, priorDistance, lookahead, matches);
        continue;
      }
      if (length >= SHORTEST) {
        unmatched = 0;
      }
      at++;
      if (literalPending) {
        at = skip(at);
      } else {
        literalPending = true;
      }
    }
    return at;
  }

  /** After many literals, some positions are not searched. */
  private int skip(int from) {
    unmatched = (unmatched + 1) & MOST_UNMATCHED;
    int excess = unmatched - chain;
    if (excess <= 0) {
      return from;
    }
    int at = from;
    int skipped = Math.min(1 + (excess >> SKIP), windowEnd - 1 - from);
    for (int i = 0; i < skipped; i++) {
      if (at < insertEnd) {
        insert(at);
      }
      at++;
    }
    literalPending = false;
    return at;
  }

  /** Takes the match that begins before a position, or a longer one with what follows it. */
  private int takePrior(
      int position, int priorLength, int priorDistance, int lookahead, Matches matches) {
    int at = position;
    int begin = at - 1;
    length = priorLength;
    distance = priorDistance;
    if (!newEnds) {
      lookUpEnd(begin, Math.max(position - WINDOW, base), Math.min(lookahead, LONGEST));
    } else if (length < LONGEST - IGNORED && begin + length < insertEnd) {
      int owed = lookUpLaterEnd(begin, Math.max(position - WINDOW, base), lookahead);
      for (int i = 0; i < owed; i++) {
        at++;
        if (at < insertEnd) {
          insert(at);
        }
      }
    }
    matches.add(at - 1, length, distance);
    int next = at + length - 1;
    insert(at + 1, Math.min(next, insertEnd));
    literalPending = false;
    unmatched = 0;
    length = SHORTEST - 1;
    return next;
  }

  private void lookUpEnd(int begin, int earliest, int most) {
    if (begin + length + IGNORED >= insertEnd) {
      return;
    }
    int other = heads[hash(begin + length - IGNORED)] - bias - length + IGNORED;
    if (other > earliest) {
      int found = Words.common(data, other, begin, begin + most);
      if (found > length) {
        length = found;
        distance = begin - other;
      }
    }
  }

  /** The same, but the first bytes need not be equal: gives how many of them become literals. */
  private int lookUpLaterEnd(int begin, int earliest, int lookahead) {
    int other = heads[hash(begin + length)] - bias - length;
    if (begin - other == distance || other <= earliest + IGNORED) {
      return 0;
    }
    int most = Math.min(lookahead, LONGEST + IGNORED);
    int found = Words.common(data, other + IGNORED, begin + IGNORED, begin + most);
    if (found <= length) {
      return 0;
    }
    length = found;
    distance = begin - other;
    int owed = IGNORED;
    while (owed > 0 && length < LONGEST && data[begin + owed - 1] == data[other + owed - 1]) {
      owed--;
      length++;
    }
    return owed;
  }

  private void search(int at, int first, int earliest, int most) {
    int enough = Math.min(nice, most);
    int gain = leastGain;
    // A longer match has these 4 bytes, too.
    int end = Words.four(data, at + length - 3);
    int candidate = first;
    for (int tries = chain; tries > 0; tries--) {
      if (Words.four(data, candidate + length - 3) == end) {
        int found = Words.common(data, candidate, at, at + most);
        if (found > length) {
          int better = priced ? gain(at, found, at - candidate) : gain + 1;
          if (better > gain) {
            gain = better;
            length = found;
            distance = at - candidate;
            if (found >= enough) {
              return;
            }
            end = Words.four(data, at + found - 3);
          }
        }
      }
      if (candidate <= earliest) {
        return;
      }
      candidate = previous[candidate & (WINDOW - 1)] - bias;
      if (candidate < earliest) {
        return;
      }
    }
  }

  /** How many bits a match saves. */
  private int gain(int at, int found, int away) {
    int literals = prices[at - base + found] - prices[at - base];
    // The code is that of a distance one longer; the largest has none, and 6 bits.
    int distanceBits = away == WINDOW ? 6 : Math.max(0, 30 - Integer.numberOfLeadingZeros(away));
    int over = found - 3;
    int lengthBits = found == LONGEST ? 0 : Math.max(0, 29 - Integer.numberOfLeadingZeros(over));
    return literals - distanceBits - matchCost - lengthBits;
  }

  /** Prices the literals of a window from a position on by how often they occur there. */
  private void price(int from) {
    int[] frequencies = new int[1 << Byte.SIZE];
    byte[] lengths = new byte[1 << Byte.SIZE];
    for (int i = from; i < Math.min(from + pricedBytes, windowEnd); i++) {
      int value = data[i] & 0xFF;
      frequencies[value] = (frequencies[value] + 1) & MOST_UNMATCHED;
    }
    codes.choose(frequencies, frequencies.length, LITERAL_BITS, lengths);
    int total = 0;
    prices[from - base] = 0;
    for (int i = from; i < windowEnd; i++) {
      total += lengths[data[i] & 0xFF];
      prices[i + 1 - base] = total;
    }
  }
}
