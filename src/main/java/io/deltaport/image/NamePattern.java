package io.deltaport.image;

import java.util.regex.Pattern;

/**
 * A pattern for names of repositories and tags: {@code *} stands for any characters but a slash,
 * {@code **} for any at all, {@code ?} for one that is no slash. Thread-safe.
 */
public final class NamePattern {
  private final String text;
  private final Pattern pattern;

  private NamePattern(String text, Pattern pattern) {
    this.text = text;
    this.pattern = pattern;
  }

  /** Returns the pattern that a user wrote. */
  public static NamePattern of(String text) {
    StringBuilder regex = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '?') {
        regex.append("[^/]");
      } else if (c != '*') {
        regex.append(Pattern.quote(String.valueOf(c)));
      } else if (i + 1 < text.length() && text.charAt(i + 1) == '*') {
        regex.append(".*");
        i++;
      } else {
        regex.append("[^/]*");
      }
    }
    return new NamePattern(text, Pattern.compile(regex.toString()));
  }

  /** Says whether the pattern is for the whole of {@code name}. */
  public boolean matches(String name) {
    return pattern.matcher(name).matches();
  }

  @Override
  public String toString() {
    return text;
  }
}
