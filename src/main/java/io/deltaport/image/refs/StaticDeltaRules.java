package io.deltaport.image.refs;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.Collection;
import java.util.List;

/** The rules as they are configured. Thread-safe. */
@ApplicationScoped
class StaticDeltaRules {
  private final List<StaticDeltaRule> rules;

  StaticDeltaRules(StaticDeltaConfig config) {
    rules = config.rules().stream().map(StaticDeltaRule::of).toList();
  }

  /** Returns the first rule for the ref. */
  StaticDeltaRule find(String repository, String ref) {
    return rules.stream()
        .filter(rule -> rule.isFor(repository, ref))
        .findFirst()
        .orElse(StaticDeltaRule.DEFAULT);
  }

  /**
   * Says whether the rule for one of the refs keeps a delta; without a ref the usual one counts.
   */
  boolean keeps(String repository, Collection<String> refs, long sizeBytes, long fullBytes) {
    if (refs.isEmpty()) {
      return StaticDeltaRule.DEFAULT.keeps(sizeBytes, fullBytes);
    }
    return refs.stream().anyMatch(ref -> find(repository, ref).keeps(sizeBytes, fullBytes));
  }
}
