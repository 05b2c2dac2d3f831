package io.deltaport.oci;

import java.util.regex.Pattern;

/** The rule for tags: at most 128 characters. */
public final class Tag {
  private static final Pattern FORM = Pattern.compile("[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}");

  private Tag() {}

  /** Says whether {@code text} may be a tag. */
  public static boolean isValid(String text) {
    return FORM.matcher(text).matches();
  }
}
