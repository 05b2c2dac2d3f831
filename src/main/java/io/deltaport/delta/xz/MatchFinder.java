package io.deltaport.delta.xz;

import java.util.Arrays;

/**
 * Finds earlier occurrences of what is at a position. Of a run of zeros only the beginning is
 * remembered, with the run's length and what follows: all places within long runs look the same.
 * Not thread-safe.
 */
final class MatchFinder {
  private static final int HASH_BITS = 19;
  private static final int NEAR_HASH_BITS = 14;

  /** Positions that are remembered; in patches there are many more bytes than those. */
  private static final int REMEMBERED = 1 << 22;

  private static final int REMEMBERED_MASK = REMEMBERED - 1;
  private static final int NONE = Integer.MIN_VALUE / 2;
  private static final int SHORT_BYTES = 4;

  /** A run that is longer counts as one of this length. */
  private static final int RUN_MAX = 1 << 12;

  private static final int THIN_BYTES = 16;
  private static final int THIN_MATCH_BYTES = 32;
  private static final int VALUES = 3;
  private static final int LONG_MIN_BYTES = 7;
  private static final int PRIME = 0x9e3779b1;
  private static final int RUN_MARK = 0x100;

  private final Window window;
  private final int depth;

  /** For each remembered position itself, and which one with the same hash was before it. */
  private final int[] chains = new int[2 * REMEMBERED];

  private final int[] heads = new int[1 << HASH_BITS];

  /** The last positions with the same four and three bytes. */
  private final int[] shortHeads = new int[1 << HASH_BITS];

  private final int[] nearHeads = new int[1 << NEAR_HASH_BITS];
  private int sequence;
  private int inserted;

  /** Lengths that grow, and the nearest distance at which each was found. */
  private final int[] lengths = new int[LengthCoder.MAX];

  private final int[] distances = new int[LengthCoder.MAX];

  MatchFinder(Window window, int depth) {
    this.window = window;
    this.depth = depth;
    Arrays.fill(heads, -1);
    Arrays.fill(shortHeads, NONE);
    Arrays.fill(nearHeads, NONE);
  }

  /** Follows the window. */
  void moved() {
    for (int i = 0; i < chains.length; i += 2) {
      chains[i] = moved(chains[i]);
    }
    for (int[] each : new int[][] {shortHeads, nearHeads}) {
      for (int i = 0; i < each.length; i++) {
        each[i] = moved(each[i]);
      }
    }
    inserted -= Window.STEP_BYTES;
  }

  private static int moved(int position) {
    return Math.max(position - Window.STEP_BYTES, NONE);
  }

  private boolean isWithinRun(int position) {
    byte[] bytes = window.bytes();
    return bytes[position] == 0 && position > 0 && bytes[position - 1] == 0;
  }

  /** Remembers everything before a position. */
  void insertUntil(int position) {
    int last = Math.min(position, window.end() - Long.BYTES);
    int at = inserted;
    while (at < last) {
      if (isWithinRun(at)) {
        at += Math.max(1, window.zeros(at, last - at));
      } else {
        insert(at++);
      }
    }
    inserted = Math.max(inserted, position);
  }

  /** Remembers everything before a position thinly: a long match is found by any of its places. */
  void insertThinlyUntil(int position) {
    int last = Math.min(position, window.end() - Long.BYTES);
    for (int at = inserted; at < last; at += THIN_BYTES) {
      insert(at);
    }
    inserted = Math.max(inserted, position);
  }

  /** Returns whether a long match begins within a block. */
  boolean matchesWithin(int position, int length) {
    int end = Math.min(position + length, window.end()) - THIN_MATCH_BYTES;
    for (int at = position; at < end; at++) {
      int head = heads[longHash(at)];
      if (head >= 0 && sequence - head < REMEMBERED) {
        int candidate = chains[2 * (head & REMEMBERED_MASK)];
        if (candidate >= Math.max(at - window.dictionaryBytes(), 0)
            && candidate < at
            && window.equal(candidate, at, THIN_MATCH_BYTES) == THIN_MATCH_BYTES) {
          return true;
        }
      }
    }
    return false;
  }

  private void insert(int position) {
    int slot = 2 * (sequence & REMEMBERED_MASK);
    int hash = longHash(position);
    chains[slot] = position;
    chains[slot + 1] = heads[hash];
    heads[hash] = sequence;
    shortHeads[shortHash(position)] = position;
    nearHeads[nearHash(position)] = position;
    sequence++;
  }

  private int nearHash(int position) {
    byte[] bytes = window.bytes();
    int value =
        (bytes[position] & 0xff)
            | ((bytes[position + 1] & 0xff) << 8)
            | ((bytes[position + 2] & 0xff) << 16);
    return (value * PRIME) >>> (Integer.SIZE - NEAR_HASH_BITS);
  }

  private int shortHash(int position) {
    byte[] bytes = window.bytes();
    int value = 0;
    for (int i = 0; i < SHORT_BYTES; i++) {
      value = (value << 8) | (bytes[position + i] & 0xff);
    }
    if (value == 0) {
      int run = window.zeros(position, RUN_MAX);
      value = (run << 8) | (position + run < window.end() ? bytes[position + run] & 0xff : 0);
    }
    return (value * PRIME) >>> (Integer.SIZE - HASH_BITS);
  }

  /** Covers some values and the lengths of the runs between them. */
  private int longHash(int position) {
    byte[] bytes = window.bytes();
    int end = window.end();
    int hash = 0;
    int at = position;
    int values = 0;
    while (at < end && (values < VALUES || at - position < LONG_MIN_BYTES)) {
      if (bytes[at] == 0) {
        int run = window.zeros(at, RUN_MAX);
        hash = (hash + run + RUN_MARK) * PRIME;
        at += run;
        values += run == RUN_MAX ? VALUES : 0;
      } else {
        hash = (hash + (bytes[at] & 0xff)) * PRIME;
        at++;
        values++;
      }
      hash ^= hash >>> 15;
    }
    return (hash * PRIME) >>> (Integer.SIZE - HASH_BITS);
  }

  /** Returns how long a match is that was found; each is longer than the one before. */
  int length(int which) {
    return lengths[which];
  }

  /** Returns where it is: one less than the bytes to go back. */
  int distance(int which) {
    return distances[which];
  }

  /** Finds matches and returns how many there are. */
  int find(int position, int max) {
    insertUntil(position);
    if (max < Long.BYTES) {
      return 0;
    }
    if (isWithinRun(position)) {
      // Nothing better can be told of a place within a run than what is before it.
      return add(0, position - 1, position, max, 1);
    }
    int oldest = Math.max(position - window.dictionaryBytes(), 0);
    int count = 0;
    int near = nearHeads[nearHash(position)];
    if (near >= oldest && near < position) {
      count = add(count, near, position, max, 1);
    }
    int closest = shortHeads[shortHash(position)];
    if (closest >= oldest && closest < position && closest != near) {
      count = add(count, closest, position, max, longest(count));
    }
    return follow(heads[longHash(position)], oldest, position, max, count);
  }

  private int longest(int count) {
    return count == 0 ? LengthCoder.MIN : lengths[count - 1];
  }

  /** Adds a match if it is longer than {@code best}, and returns how many there are then. */
  private int add(int count, int candidate, int position, int max, int best) {
    int length = window.equal(candidate, position, max);
    if (length <= best) {
      return count;
    }
    lengths[count] = length;
    distances[count] = position - candidate - 1;
    return count + 1;
  }

  private int follow(int head, int oldest, int position, int max, int found) {
    byte[] bytes = window.bytes();
    int count = found;
    int best = longest(count);
    int at = head;
    for (int i = 0; i < depth && at >= 0 && sequence - at < REMEMBERED && best < max; i++) {
      int slot = 2 * (at & REMEMBERED_MASK);
      int candidate = chains[slot];
      if (candidate < oldest) {
        break;
      }
      if (candidate < position && bytes[candidate + best] == bytes[position + best]) {
        count = add(count, candidate, position, max, best);
        best = Math.max(best, longest(count));
      }
      at = chains[slot + 1];
    }
    return count;
  }
}
