package io.deltaport.image.keys;

import io.deltaport.image.NamePattern;
import io.deltaport.oci.RepositoryName;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Which repositories a key is for: patterns as in retention rules. Immutable and thread-safe.
 *
 * @param texts as users wrote them
 */
record KeyPatterns(List<String> texts, List<NamePattern> patterns) {
  /** The whole server. */
  static final String ALL = "**";

  /** Patterns of one key; more are better said by a wildcard. */
  private static final int COUNT_MAX = 16;

  /** Wildcards of one pattern: matching may take as many steps as a name's length to this power. */
  private static final int WILDCARDS_MAX = 3;

  private static final Pattern FORM = Pattern.compile("[a-z0-9._/*?-]{1,255}");
  private static final Pattern WILDCARD = Pattern.compile("\\*+");
  private static final String SEPARATOR = ",";

  static KeyPatterns of(List<String> texts) {
    return new KeyPatterns(List.copyOf(texts), texts.stream().map(NamePattern::of).toList());
  }

  /** Reads what {@link #text} gave. */
  static KeyPatterns parse(String text) {
    return of(Arrays.asList(text.split(SEPARATOR, -1)));
  }

  /** Says whether users may give such patterns. */
  static boolean areValid(List<String> texts) {
    return !texts.isEmpty()
        && texts.size() <= COUNT_MAX
        && texts.stream().allMatch(KeyPatterns::isValid);
  }

  private static boolean isValid(String text) {
    return text != null
        && text.length() <= RepositoryName.LENGTH_MAX
        && FORM.matcher(text).matches()
        && WILDCARD.matcher(text).results().count() <= WILDCARDS_MAX;
  }

  boolean matches(String repository) {
    return patterns.stream().anyMatch(pattern -> pattern.matches(repository));
  }

  /** Says whether every repository that {@code other} is for has this key, too. */
  boolean cover(KeyPatterns other) {
    return texts.contains(ALL) || texts.containsAll(other.texts);
  }

  String text() {
    return String.join(SEPARATOR, texts);
  }
}
