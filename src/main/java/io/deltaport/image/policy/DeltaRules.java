package io.deltaport.image.policy;

import java.util.Collection;
import java.util.List;

/** The rules for one format, as they are configured. Thread-safe. */
public final class DeltaRules {
  private final List<DeltaRule> rules;

  DeltaRules(List<DeltaRule> rules) {
    this.rules = List.copyOf(rules);
  }

  /** Returns the first rule for the tag or ref. */
  public DeltaRule find(String repository, String name) {
    return rules.stream()
        .filter(rule -> rule.isFor(repository, name))
        .findFirst()
        .orElse(DeltaRule.DEFAULT);
  }

  /**
   * Says whether the rule for one of the tags or refs keeps a delta; without any the usual one
   * counts.
   */
  public boolean keeps(
      String repository, Collection<String> names, long sizeBytes, long fullBytes) {
    if (names.isEmpty()) {
      return DeltaRule.DEFAULT.keeps(sizeBytes, fullBytes);
    }
    return names.stream().anyMatch(name -> find(repository, name).keeps(sizeBytes, fullBytes));
  }
}
