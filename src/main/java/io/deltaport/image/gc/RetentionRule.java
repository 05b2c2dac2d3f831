package io.deltaport.image.gc;

import io.deltaport.image.NamePattern;
import java.util.List;

/**
 * What stays in the repositories that match; everything else there goes.
 *
 * @param keepLast tags that were pushed last, or {@link #NO_LIMIT} when that is no criterion
 * @param keepPulledDays days for which a pull keeps an image, or {@link #NO_LIMIT}
 * @param keepDeltas keep the source of each delta that leads to a kept image
 * @param keepUntagged keep manifests to which nothing points
 */
record RetentionRule(
    List<NamePattern> repositories,
    int keepLast,
    List<NamePattern> keepTags,
    int keepPulledDays,
    boolean keepDeltas,
    boolean keepUntagged) {
  /** Stands for a criterion that was not given. */
  static final int NO_LIMIT = -1;

  static RetentionRule of(RetentionConfig.Rule config) {
    return new RetentionRule(
        patterns(config.repositories()),
        config.keepLast().orElse(NO_LIMIT),
        patterns(config.keepTags().orElse(List.of())),
        config.keepPulledDays().orElse(NO_LIMIT),
        config.keepDeltas(),
        config.keepUntagged());
  }

  private static List<NamePattern> patterns(List<String> texts) {
    return texts.stream().map(NamePattern::of).toList();
  }

  boolean isFor(String repository) {
    return repositories.stream().anyMatch(pattern -> pattern.matches(repository));
  }

  /** Says whether the rule chooses among tags at all; one that does not keeps them all. */
  boolean choosesTags() {
    return keepLast != NO_LIMIT || !keepTags.isEmpty() || keepPulledDays != NO_LIMIT;
  }

  boolean keepsTag(String tag) {
    return keepTags.stream().anyMatch(pattern -> pattern.matches(tag));
  }

  boolean keepsPulled(Integer daysAgo) {
    return daysAgo != null && keepPulledDays != NO_LIMIT && daysAgo <= keepPulledDays;
  }
}
