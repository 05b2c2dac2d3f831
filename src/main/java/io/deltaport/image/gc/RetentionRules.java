package io.deltaport.image.gc;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Optional;

/** The rules as they are configured. Thread-safe. */
@ApplicationScoped
class RetentionRules {
  private final List<RetentionRule> rules;

  RetentionRules(RetentionConfig config) {
    rules = config.rules().stream().map(RetentionRule::of).toList();
  }

  /** Returns the first rule for the repository: without one everything stays. */
  Optional<RetentionRule> find(String repository) {
    return rules.stream().filter(rule -> rule.isFor(repository)).findFirst();
  }

  boolean isEmpty() {
    return rules.isEmpty();
  }

  /** Returns how many days back any of the rules looks. */
  int pulledDaysMax() {
    return rules.stream().mapToInt(RetentionRule::keepPulledDays).max().orElse(0);
  }
}
