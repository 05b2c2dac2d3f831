package io.deltaport.image.policy;

import io.deltaport.delta.DeltaEffort;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;
import java.util.function.Supplier;

/** The rules for both formats. Thread-safe. */
@ApplicationScoped
public class DeltaPolicies {
  private final DeltaRules images;
  private final DeltaRules commits;
  private final DeltaEffort effort;

  DeltaPolicies(DeltaConfig images, StaticDeltaConfig commits) {
    this.images =
        named(
            "deltaport.deltas",
            () ->
                new DeltaRules(
                    images.rules().stream()
                        .map(rule -> DeltaRule.of(rule, rule.tags(), false))
                        .toList()));
    this.commits =
        named(
            "deltaport.ostree.deltas",
            () ->
                new DeltaRules(
                    commits.rules().stream()
                        .map(rule -> DeltaRule.of(rule, rule.refs(), rule.fromScratch()))
                        .toList()));
    effort = images.effort();
  }

  private static DeltaRules named(String settings, Supplier<DeltaRules> rules) {
    try {
      return rules.get();
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(settings + ": " + e.getMessage(), e);
    }
  }

  /** Returns the rules for deltas between images; their names are tags. */
  public DeltaRules images() {
    return images;
  }

  /** Returns the rules for static deltas between commits; their names are refs. */
  public DeltaRules commits() {
    return commits;
  }

  /** Returns the effort of a job or delta that has this word for it, or null. */
  public DeltaEffort effort(String text) {
    return Optional.ofNullable(text).flatMap(DeltaEffort::parse).orElse(effort);
  }

  /**
   * Says whether a delta that is there is as small as one that is asked for.
   *
   * @param there word of the delta, or null for one of before they had any
   * @param asked word of who asks, or null when any will do
   */
  public boolean isEnough(String there, String asked) {
    return asked == null || effort(there).compareTo(effort(asked)) >= 0;
  }
}
