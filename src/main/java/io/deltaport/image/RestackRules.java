package io.deltaport.image;

import io.deltaport.oci.Tag;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Optional;

/** Which tags have a restacked one beside them, as it is configured. Thread-safe. */
@ApplicationScoped
class RestackRules {
  /** More layers than this on top of an image slow every mount of it down. */
  private static final int STEPS_MAX = 64;

  private final List<Rule> rules;

  RestackRules(RestackConfig config) {
    rules = config.rules().stream().map(Rule::new).toList();
  }

  /** A rule. */
  static final class Rule {
    private final List<NamePattern> repositories;
    private final List<NamePattern> tags;
    private final RestackConfig.Rule config;

    Rule(RestackConfig.Rule config) {
      if (config.suffix().isEmpty() || !Tag.isValid("t" + config.suffix())) {
        throw new IllegalArgumentException(
            "deltaport.restack: the suffix must have letters, digits, dots, hyphens, underscores");
      }
      if (config.maxSteps() < 1 || config.maxSteps() > STEPS_MAX) {
        throw new IllegalArgumentException(
            "deltaport.restack: max-steps must be from 1 to " + STEPS_MAX);
      }
      if (!(config.maxRatio() > 0)) {
        throw new IllegalArgumentException("deltaport.restack: max-ratio must be above 0");
      }
      this.config = config;
      repositories = config.repositories().stream().map(NamePattern::of).toList();
      tags = config.tags().stream().map(NamePattern::of).toList();
    }

    private boolean isFor(String repository, String tag) {
      return repositories.stream().anyMatch(pattern -> pattern.matches(repository))
          && tags.stream().anyMatch(pattern -> pattern.matches(tag))
          && Tag.isValid(derived(tag));
    }

    /** Returns the name of the restacked tag. */
    String derived(String tag) {
      return tag + config.suffix();
    }

    RestackCompression compression() {
      return config.compression();
    }

    /**
     * Says whether a further layer is worth it.
     *
     * @param steps layers on top of a whole image, this one included
     * @param layerBytes this one
     * @param stackBytes all of the image with it
     * @param fullBytes the image that is restacked
     */
    boolean keeps(int steps, long layerBytes, long stackBytes, long fullBytes) {
      return steps <= config.maxSteps()
          && layerBytes <= config.maxRatio() * fullBytes
          && stackBytes <= 2 * fullBytes;
    }
  }

  /** Returns the rule for a tag; restacked tags have none. */
  Optional<Rule> find(String repository, String tag) {
    if (rules.stream().anyMatch(rule -> tag.endsWith(rule.config.suffix()))) {
      return Optional.empty();
    }
    return rules.stream().filter(rule -> rule.isFor(repository, tag)).findFirst();
  }
}
