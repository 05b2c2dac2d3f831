package io.deltaport.image.refs;

import io.deltaport.image.NamePattern;
import java.util.List;

/**
 * Which static deltas are made when refs move that match.
 *
 * @param fromLast from so many commits before
 * @param fromScratch one for devices that have nothing, too
 * @param maxRatio what a delta may take of the objects that it brings, as a part of 1
 */
record StaticDeltaRule(
    List<NamePattern> repositories,
    List<NamePattern> refs,
    int fromLast,
    boolean fromScratch,
    double maxRatio) {
  /** Each release costs as many deltas; devices that are further behind pull objects. */
  static final int FROM_LAST_MAX = 32;

  private static final int DEFAULT_FROM_LAST = 1;
  private static final double DEFAULT_MAX_RATIO = 0.9;

  /** What a ref gets to which no rule is set. */
  static final StaticDeltaRule DEFAULT =
      new StaticDeltaRule(List.of(), List.of(), DEFAULT_FROM_LAST, false, DEFAULT_MAX_RATIO);

  /** A delta of this length is always kept: it saves a request for each object at least. */
  private static final long SMALL_BYTES = 64 << 10;

  StaticDeltaRule {
    if (fromLast < 0 || fromLast > FROM_LAST_MAX) {
      throw new IllegalArgumentException(
          "deltaport.ostree.deltas: from-last must be from 0 to " + FROM_LAST_MAX);
    }
    if (!(maxRatio > 0)) {
      throw new IllegalArgumentException("deltaport.ostree.deltas: max-ratio must be above 0");
    }
  }

  static StaticDeltaRule of(StaticDeltaConfig.Rule config) {
    return new StaticDeltaRule(
        patterns(config.repositories()),
        patterns(config.refs()),
        config.fromLast().orElse(DEFAULT_FROM_LAST),
        config.fromScratch(),
        config.maxRatio().orElse(DEFAULT_MAX_RATIO));
  }

  private static List<NamePattern> patterns(List<String> texts) {
    return texts.stream().map(NamePattern::of).toList();
  }

  boolean isFor(String repository, String ref) {
    return repositories.stream().anyMatch(pattern -> pattern.matches(repository))
        && refs.stream().anyMatch(pattern -> pattern.matches(ref));
  }

  /** Says whether a delta is small enough to be kept. */
  boolean keeps(long sizeBytes, long fullBytes) {
    return sizeBytes <= SMALL_BYTES || sizeBytes <= maxRatio * fullBytes;
  }
}
