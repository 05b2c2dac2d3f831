package io.deltaport.deflate.gzip;

import io.deltaport.deflate.Segment;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Finds which compressor made a stream. Thread-safe.
 *
 * <p>The beginning of the first segment tells which come into question; those that come next are
 * described under each of them until one is better. A segment that takes many corrections makes one
 * look among all again, ever more rarely when that does not help.
 */
final class Choice {
  /** How much of a segment every compressor is tried on. */
  private static final int TRIAL_BYTES = 128 << 10;

  /** How many come into question at most. */
  private static final int CANDIDATES_MAX = 8;

  /** How many segments are described under each that does. */
  private static final int ROUNDS = 6;

  /** A description above this part of the segment makes one look again. */
  private static final int POOR = 50;

  private static final int PATIENCE_MAX = 1 << 16;

  private List<Candidate> candidates = List.of();
  private int rounds;
  private int patience = 1;
  private int poor;

  /**
   * Returns a segment's best description.
   *
   * @param fresh whether a stream begins with it, which another compressor may have made
   */
  Described describe(Segment segment, boolean fresh, Workshop workshop) throws IOException {
    List<Candidate> known = candidates();
    boolean another = fresh && segment.length() >= TRIAL_BYTES;
    if (another || known.isEmpty()) {
      return best(segment, workshop, lookAround(segment, workshop));
    }
    Described described = best(segment, workshop, known);
    if (!described.isPoor(segment)) {
      return described;
    }
    // Another segment may have found out in the meantime.
    List<Candidate> now = candidates();
    Described again = described;
    if (!sameCompressors(known, now)) {
      again = best(segment, workshop, now);
    } else if (mayLookAgain()) {
      again = best(segment, workshop, lookAround(segment, workshop));
    }
    return again.body().length < described.body().length ? again : described;
  }

  private static boolean sameCompressors(List<Candidate> some, List<Candidate> others) {
    return some.stream()
        .map(Candidate::compressor)
        .toList()
        .containsAll(others.stream().map(Candidate::compressor).toList());
  }

  private synchronized List<Candidate> candidates() {
    if (candidates.size() > 1 && rounds++ >= ROUNDS) {
      candidates = List.of(Collections.min(candidates));
    }
    return candidates;
  }

  private synchronized boolean mayLookAgain() {
    if (++poor < patience) {
      return false;
    }
    poor = 0;
    patience = Math.min(2 * patience, PATIENCE_MAX);
    return true;
  }

  /** Tries all compressors on a part of a segment and keeps the best. */
  private List<Candidate> lookAround(Segment segment, Workshop workshop) throws IOException {
    List<Candidate> tried = new ArrayList<>();
    for (Compressor compressor : Compressors.all()) {
      int size = workshop.coder.trial(segment, compressor.models().get().parser(), TRIAL_BYTES);
      tried.add(new Candidate(compressor.id(), size));
    }
    Collections.sort(tried);
    int least = tried.getFirst().bytes();
    List<Candidate> best =
        tried.stream()
            .filter(each -> each.bytes() <= least + least / 4)
            .limit(CANDIDATES_MAX)
            .map(each -> new Candidate(each.compressor(), 0))
            .toList();
    synchronized (this) {
      candidates = best;
      rounds = 0;
    }
    return best;
  }

  private Described best(Segment segment, Workshop workshop, List<Candidate> under)
      throws IOException {
    Described best = null;
    for (Candidate candidate : under) {
      Described described = with(candidate.compressor(), segment, workshop);
      if (under.size() > 1) {
        note(candidate.compressor(), described.body().length);
      }
      if (best == null || described.body().length < best.body().length) {
        best = described;
      }
    }
    return best;
  }

  private synchronized void note(int compressor, int bytes) {
    candidates =
        candidates.stream()
            .map(
                each ->
                    each.compressor() == compressor
                        ? new Candidate(compressor, each.bytes() + bytes)
                        : each)
            .toList();
  }

  private static Described with(int compressor, Segment segment, Workshop workshop)
      throws IOException {
    byte[] description = workshop.coder.describe(segment, workshop.model(compressor));
    byte[] body = Bodies.pack(description);
    if (body.length <= segment.bits() / Byte.SIZE) {
      return new Described(compressor, body);
    }
    return new Described(Entry.VERBATIM, Bodies.pack(workshop.coder.verbatim(segment)));
  }

  /** A packed description and the compressor under whose model it holds. */
  record Described(int compressor, byte[] body) {
    boolean isPoor(Segment segment) {
      return (long) body.length * POOR > segment.bits() / Byte.SIZE;
    }
  }

  /** A compressor that comes into question, and what descriptions under it took until now. */
  private record Candidate(int compressor, int bytes) implements Comparable<Candidate> {
    @Override
    public int compareTo(Candidate other) {
      return Integer.compare(bytes, other.bytes);
    }
  }
}
