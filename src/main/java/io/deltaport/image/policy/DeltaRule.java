package io.deltaport.image.policy;

import io.deltaport.delta.DeltaEffort;
import io.deltaport.image.NamePattern;
import io.deltaport.meta.DeltaSources.Named;
import java.util.List;
import java.util.Optional;

/**
 * Which deltas are made when tags or refs move that match.
 *
 * @param fromLast from so many releases before
 * @param from from where tags or refs of these names are
 * @param fromPulled from so many of those that devices pulled most
 * @param pulledDays for how many days a pull counts
 * @param fromScratch one for devices that have nothing, too
 * @param effort how hard they are made small, unless that is as the server is set
 * @param maxRatio what a delta may take of what would be fetched without it, as a part of 1
 */
public record DeltaRule(
    List<NamePattern> repositories,
    List<NamePattern> names,
    int fromLast,
    List<NamePattern> from,
    int fromPulled,
    int pulledDays,
    boolean fromScratch,
    Optional<DeltaEffort> effort,
    double maxRatio) {
  /** Each release costs as many deltas; devices that are further behind go in several steps. */
  static final int SOURCES_MAX = 32;

  private static final int DAYS_MAX = 3650;
  private static final int DEFAULT_FROM_LAST = 1;
  private static final int DEFAULT_PULLED_DAYS = 30;
  private static final double DEFAULT_MAX_RATIO = 0.9;

  /** What a tag or ref gets to which no rule is set. */
  static final DeltaRule DEFAULT =
      new DeltaRule(
          List.of(),
          List.of(),
          DEFAULT_FROM_LAST,
          List.of(),
          0,
          DEFAULT_PULLED_DAYS,
          false,
          Optional.empty(),
          DEFAULT_MAX_RATIO);

  /** A delta of this length is always kept: it saves a request for each object at least. */
  private static final long SMALL_BYTES = 64 << 10;

  public DeltaRule {
    checkRange("from-last", fromLast, 0, SOURCES_MAX);
    checkRange("from-pulled", fromPulled, 0, SOURCES_MAX);
    checkRange("pulled-days", pulledDays, 1, DAYS_MAX);
    if (!(maxRatio > 0)) {
      throw new IllegalArgumentException("max-ratio must be above 0");
    }
  }

  private static void checkRange(String what, int value, int min, int max) {
    if (value < min || value > max) {
      throw new IllegalArgumentException(what + " must be from " + min + " to " + max);
    }
  }

  /**
   * Reads a rule.
   *
   * @param names patterns of tags or refs
   * @throws IllegalArgumentException that names the setting which is not possible
   */
  static DeltaRule of(DeltaRuleConfig config, List<String> names, boolean fromScratch) {
    return new DeltaRule(
        patterns(config.repositories()),
        patterns(names),
        config.fromLast().orElse(DEFAULT_FROM_LAST),
        patterns(config.from().orElse(List.of())),
        config.fromPulled(),
        config.pulledDays(),
        fromScratch,
        config.effort(),
        config.maxRatio().orElse(DEFAULT_MAX_RATIO));
  }

  private static List<NamePattern> patterns(List<String> texts) {
    return texts.stream().map(NamePattern::of).toList();
  }

  /** Says whether a tag or ref of the name starts deltas to others. */
  boolean startsFrom(String name) {
    return from.stream().anyMatch(pattern -> pattern.matches(name));
  }

  /** Returns where the tags or refs are from which deltas start, the first ones of too many. */
  public <T> List<T> named(List<Named<T>> all) {
    return all.stream()
        .filter(one -> startsFrom(one.name()))
        .map(Named::target)
        .distinct()
        .limit(SOURCES_MAX)
        .toList();
  }

  /** Returns how many of the most pulled ones to ask for: the target may be among them. */
  public int pulledLimit() {
    return fromPulled + 1;
  }

  /** Returns those of the most pulled ones from which deltas start. */
  public <T> List<T> pulled(List<T> most, T target) {
    return most.stream().filter(one -> !one.equals(target)).limit(fromPulled).toList();
  }

  /** Returns the word for the effort, or null. */
  public String effortText() {
    return effort.map(DeltaEffort::text).orElse(null);
  }

  boolean isFor(String repository, String name) {
    return repositories.stream().anyMatch(pattern -> pattern.matches(repository))
        && names.stream().anyMatch(pattern -> pattern.matches(name));
  }

  /** Says whether a delta is small enough to be kept. */
  boolean keeps(long sizeBytes, long fullBytes) {
    return sizeBytes <= SMALL_BYTES || sizeBytes <= maxRatio * fullBytes;
  }
}
