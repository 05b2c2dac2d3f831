package io.deltaport.delta;

import java.util.Arrays;

/**
 * Compares two byte arrays: which parts of the target resemble which parts of the source.
 *
 * <p>Like bsdiff it looks for alignments that hold over long stretches with some bytes changed,
 * because code that moved keeps its shape while addresses in it change. Instead of a suffix array
 * it has an index of 8-byte seeds, and it asks that index only where the present alignment ends.
 *
 * <p>Time is linear in both lengths but for a constant factor; memory is that of {@link SeedIndex}.
 * One instance serves one comparison.
 */
final class BinaryDiff {
  /**
   * How far beyond its equal bytes a place is judged: code and tables differ in some bytes only, so
   * the alignment that goes on best is worth more than the longest run.
   */
  private static final int AHEAD_BYTES = 64;

  /** How far before it. */
  private static final int BEHIND_BYTES = 16;

  /**
   * A new alignment must have this many equal bytes more than the present one has in the same
   * stretch: it costs a seek and two operations, and what it gains must be likely to go on.
   * Measured in docs/delta-engine.md.
   */
  static final int GAIN_MIN_BYTES = 14;

  /** Score of an equal byte when an alignment is extended over changed bytes. */
  private static final int SCORE_EQUAL = 1;

  /** Score of a different byte; an alignment ends where the sum is highest. */
  private static final int SCORE_DIFFERENT = -1;

  /**
   * After so many bytes without a match only every second place is looked up, then every third:
   * compressed files have no match anywhere. The extension backwards makes up for it.
   */
  private static final int PATIENCE_BYTES = 32 << 10;

  private final byte[] source;
  private final byte[] target;
  private final SeedIndex index;
  private final int candidates;
  private final ExactRuns out;

  // The present alignment: target position alignedFrom stands for source position sourceFrom.
  private int alignedFrom;
  private int sourceFrom;

  private BinaryDiff(byte[] source, byte[] target, DeltaEffort effort) {
    this.source = source;
    this.target = target;
    this.index = new SeedIndex(source, source.length);
    this.candidates = effort.candidates();
    this.out = new ExactRuns(source, target);
  }

  /**
   * Computes how {@code target} is made from {@code source}.
   *
   * @param effort says how many places are tried for one seed; repetitive files have thousands
   * @throws IllegalArgumentException if the target is longer than an edit script can tell
   */
  static EditScript compare(byte[] source, byte[] target, DeltaEffort effort) {
    if (target.length > EditScript.Builder.LENGTH_MAX_BYTES) {
      throw new IllegalArgumentException("too long for one edit script: " + target.length);
    }
    return new BinaryDiff(source, target, effort).run();
  }

  private EditScript run() {
    int at = 0;
    int matchedTo = 0;
    int last = target.length - SeedIndex.SEED_BYTES;
    while (at <= last) {
      int onDiagonal = equalFrom(at, at + diagonal());
      if (onDiagonal >= SeedIndex.SEED_BYTES) {
        at += onDiagonal;
        matchedTo = at;
        continue;
      }
      int found = better(at);
      if (found == SeedIndex.NONE) {
        at += 1 + (at - matchedTo) / PATIENCE_BYTES;
      } else {
        switchTo(at, found);
        at += equalFrom(at, found);
        matchedTo = at;
      }
    }
    finish();
    return out.build();
  }

  private int diagonal() {
    return sourceFrom - alignedFrom;
  }

  private int equalFrom(int t, int s) {
    if (s < 0 || s >= source.length) {
      return 0;
    }
    int most = Math.min(target.length - t, source.length - s);
    int differs = Arrays.mismatch(target, t, t + most, source, s, s + most);
    return differs < 0 ? most : differs;
  }

  /** Returns a source position that continues much better than the present alignment. */
  private int better(int at) {
    long seed = SeedIndex.longAt(target, at);
    int expected = at + diagonal();
    int best = SeedIndex.NONE;
    int bestTo = at;
    int bestEqual = 0;
    int left = candidates;
    for (int s = index.first(seed); s != SeedIndex.NONE && left > 0; s = index.next(s), left--) {
      if (SeedIndex.longAt(source, s) != seed) {
        continue;
      }
      int length = equalFrom(at, s);
      int to = at + length + AHEAD_BYTES;
      int equal = equalAround(at, to, s - at);
      if (equal > bestEqual
          || (equal == bestEqual && Math.abs(s - expected) < Math.abs(best - expected))) {
        best = s;
        bestTo = to;
        bestEqual = equal;
      }
    }
    boolean gains = bestEqual - equalAround(at, bestTo, diagonal()) >= GAIN_MIN_BYTES;
    return gains ? best : SeedIndex.NONE;
  }

  /**
   * Returns how many bytes are equal from a little before {@code at} to {@code to}, if each target
   * position stands for the source position {@code shift} further on.
   */
  private int equalAround(int at, int to, int shift) {
    int from = Math.max(Math.max(at - BEHIND_BYTES, alignedFrom), -shift);
    int end = Math.min(Math.min(to, target.length), source.length - shift);
    return EqualBytes.count(target, from, source, from + shift, end - from);
  }

  /** Ends the present alignment and begins one in which {@code at} stands for {@code found}. */
  private void switchTo(int at, int found) {
    int forward = extendForward(at);
    int backward = extendBackward(at, found);
    int newFrom = at - backward;
    int oldTo = alignedFrom + forward;
    if (oldTo > newFrom) {
      int split = split(newFrom, oldTo, found - at);
      oldTo = split;
      newFrom = split;
    }
    out.aligned(sourceFrom, alignedFrom, oldTo - alignedFrom);
    out.literal(newFrom - oldTo);
    alignedFrom = newFrom;
    sourceFrom = found - (at - newFrom);
  }

  private void finish() {
    int forward = extendForward(target.length);
    out.aligned(sourceFrom, alignedFrom, forward);
    out.literal(target.length - alignedFrom - forward);
  }

  /** Returns how far the present alignment is worth keeping, at most to {@code end}. */
  private int extendForward(int end) {
    int shift = diagonal();
    int limit = Math.min(end, source.length - shift);
    int score = 0;
    int best = 0;
    int bestEnd = alignedFrom;
    for (int t = alignedFrom; t < limit; t++) {
      score += target[t] == source[t + shift] ? SCORE_EQUAL : SCORE_DIFFERENT;
      if (score > best) {
        best = score;
        bestEnd = t + 1;
      }
    }
    return bestEnd - alignedFrom;
  }

  /** Returns how far before {@code at} the new alignment is worth beginning. */
  private int extendBackward(int at, int found) {
    int most = Math.min(at - alignedFrom, found);
    int score = 0;
    int best = 0;
    int bestLength = 0;
    for (int i = 1; i <= most; i++) {
      score += target[at - i] == source[found - i] ? SCORE_EQUAL : SCORE_DIFFERENT;
      if (score > best) {
        best = score;
        bestLength = i;
      }
    }
    return bestLength;
  }

  /** Returns where between two overlapping alignments the first should end. */
  private int split(int from, int to, int newShift) {
    int shift = diagonal();
    int score = 0;
    int best = 0;
    int bestAt = from;
    for (int t = from; t < to; t++) {
      score += target[t] == source[t + shift] ? 1 : 0;
      score -= target[t] == source[t + newShift] ? 1 : 0;
      if (score > best) {
        best = score;
        bestAt = t + 1;
      }
    }
    return bestAt;
  }
}
