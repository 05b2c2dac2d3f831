package io.deltaport.delta;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Finds the source that shares most with a target, by their sketches. At most 24 MiB of memory and
 * 64 bytes for each source. Thread-safe once built.
 */
final class SketchIndex {
  /** Numbers that are remembered altogether; sources that come when it is full are left out. */
  static final int ANCHORS_MAX = 1 << 20;

  /** What more sources than this have is common to all, such as a licence, and tells nothing. */
  private static final int SHARED_MAX = 8;

  /** Fewer shared numbers may be chance. */
  static final int VOTES_MIN = 4;

  private static final long MULTIPLIER = 0x9E3779B97F4A7C15L;
  private static final int NONE = -1;

  private final List<SourceFile> files = new ArrayList<>();
  private final List<Long> limits = new ArrayList<>();
  private final long[] anchors;
  private final int[] owners;
  private final int shift;
  private int free;

  /**
   * Makes an empty index.
   *
   * @param expected numbers of all sketches that will be put in
   */
  SketchIndex(long expected) {
    int capacity = Math.clamp(expected, 1, ANCHORS_MAX);
    int slots = Integer.highestOneBit(2 * capacity - 1) * 2;
    this.anchors = new long[slots];
    this.owners = new int[slots];
    Arrays.fill(owners, NONE);
    this.shift = Long.SIZE - Integer.numberOfTrailingZeros(slots);
    this.free = capacity;
  }

  /** Puts a source in, if there is still room. */
  void add(SourceFile file, ContentSketch sketch) {
    if (sketch.anchors().length > free) {
      return;
    }
    free -= sketch.anchors().length;
    for (long anchor : sketch.anchors()) {
      put(anchor, files.size());
    }
    files.add(file);
    limits.add(sketch.limit());
  }

  private void put(long anchor, int owner) {
    int same = 0;
    int slot = slot(anchor);
    while (owners[slot] != NONE && same <= SHARED_MAX) {
      same += anchors[slot] == anchor ? 1 : 0;
      slot = next(slot);
    }
    if (same <= SHARED_MAX) {
      anchors[slot] = anchor;
      owners[slot] = owner;
    }
  }

  /**
   * Returns the source that shares most bytes with a target, estimated; of several the one whose
   * size is closest, then the one that was put in first.
   *
   * @param wanted sources that come into question
   */
  Optional<SourceFile> best(ContentSketch target, long length, Predicate<SourceFile> wanted) {
    int[] votes = votes(target);
    int best = NONE;
    double most = 0;
    for (int i = 0; i < votes.length; i++) {
      if (votes[i] < VOTES_MIN || !wanted.test(files.get(i))) {
        continue;
      }
      // Both sketches have all hashes below the lower limit, which is a known share of all windows.
      double shared = (double) votes[i] / Math.min(limits.get(i), target.limit());
      if (best == NONE || shared > most || (shared == most && isCloser(i, best, length))) {
        best = i;
        most = shared;
      }
    }
    return best == NONE ? Optional.empty() : Optional.of(files.get(best));
  }

  private boolean isCloser(int one, int other, long length) {
    return Math.abs(files.get(one).length() - length)
        < Math.abs(files.get(other).length() - length);
  }

  private int[] votes(ContentSketch target) {
    int[] votes = new int[files.size()];
    int[] found = new int[SHARED_MAX + 1];
    for (long anchor : target.anchors()) {
      vote(anchor, votes, found);
    }
    return votes;
  }

  private void vote(long anchor, int[] votes, int[] found) {
    int count = 0;
    for (int slot = slot(anchor); owners[slot] != NONE; slot = next(slot)) {
      if (anchors[slot] == anchor) {
        found[count++] = owners[slot];
      }
    }
    for (int i = 0; i < count && count <= SHARED_MAX; i++) {
      votes[found[i]]++;
    }
  }

  private int slot(long anchor) {
    return (int) ((anchor * MULTIPLIER) >>> shift);
  }

  private int next(int slot) {
    return (slot + 1) & (anchors.length - 1);
  }
}
