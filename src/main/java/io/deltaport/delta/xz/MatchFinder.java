package io.deltaport.delta.xz;

import java.util.Arrays;

/**
 * Finds earlier occurrences of what is at a position. Of a run of zeros only the beginning is
 * remembered, with the run's length and what follows: all places within long runs look the same.
 * Not thread-safe.
 */
final class MatchFinder {
  private static final int HASH_BITS = 17;
  private static final int NEAR_HASH_BITS = 14;

  /** Positions that are remembered; in patches there are many more bytes than those. */
  private static final int REMEMBERED = 1 << 22;

  private static final int REMEMBERED_MASK = REMEMBERED - 1;
  private static final int NONE = Integer.MIN_VALUE / 2;
  private static final int SHORT_BYTES = 4;

  /** A run that is longer counts as one of this length. */
  private static final int RUN_MAX = 1 << 12;

  private static final int VALUES = 3;
  private static final int LONG_MIN_BYTES = 7;
  private static final int PRIME = 0x9e3779b1;
  private static final int RUN_MARK = 0x100;

  private final Window window;
  private final int longDepth;
  private final int shortDepth;
  private final int[] positions = new int[REMEMBERED];
  private final int[] longBefore = new int[REMEMBERED];
  private final int[] shortBefore = new int[REMEMBERED];
  private final int[] longHead = new int[1 << HASH_BITS];
  private final int[] shortHead = new int[1 << HASH_BITS];
  private final int[] nearHead = new int[1 << NEAR_HASH_BITS];
  private int sequence;
  private int inserted;

  /** Lengths that grow, and the nearest distance at which each was found. */
  private final int[] lengths = new int[LengthCoder.MAX];

  private final int[] distances = new int[LengthCoder.MAX];

  MatchFinder(Window window, int longDepth, int shortDepth) {
    this.window = window;
    this.longDepth = longDepth;
    this.shortDepth = shortDepth;
    Arrays.fill(positions, NONE);
    Arrays.fill(longHead, -1);
    Arrays.fill(shortHead, -1);
    Arrays.fill(nearHead, NONE);
  }

  /** Follows the window. */
  void moved() {
    for (int i = 0; i < REMEMBERED; i++) {
      positions[i] = Math.max(positions[i] - Window.STEP_BYTES, NONE);
    }
    for (int i = 0; i < nearHead.length; i++) {
      nearHead[i] = Math.max(nearHead[i] - Window.STEP_BYTES, NONE);
    }
    inserted -= Window.STEP_BYTES;
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

  private void insert(int position) {
    int slot = sequence & REMEMBERED_MASK;
    int near = nearHash(position);
    int shorter = shortHash(position);
    int longer = longHash(position);
    positions[slot] = position;
    longBefore[slot] = longHead[longer];
    shortBefore[slot] = shortHead[shorter];
    longHead[longer] = sequence;
    shortHead[shorter] = sequence;
    nearHead[near] = position;
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
    int near = nearHead[nearHash(position)];
    int count = 0;
    if (near >= oldest && near < position) {
      count = add(count, near, position, max, 1);
    }
    count = follow(shortHead[shortHash(position)], shortBefore, shortDepth, position, max, count);
    return follow(longHead[longHash(position)], longBefore, longDepth, position, max, count);
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

  private int follow(int head, int[] before, int depth, int position, int max, int found) {
    byte[] bytes = window.bytes();
    int oldest = Math.max(position - window.dictionaryBytes(), 0);
    int count = found;
    int best = count == 0 ? LengthCoder.MIN : lengths[count - 1];
    int at = head;
    for (int i = 0; i < depth && at >= 0 && sequence - at < REMEMBERED && best < max; i++) {
      int candidate = positions[at & REMEMBERED_MASK];
      if (candidate < oldest) {
        break;
      }
      if (candidate < position && bytes[candidate + best] == bytes[position + best]) {
        count = add(count, candidate, position, max, best);
        best = count == 0 ? best : Math.max(best, lengths[count - 1]);
      }
      at = before[at & REMEMBERED_MASK];
    }
    return count;
  }
}
