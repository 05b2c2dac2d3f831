package io.deltaport.ostree;

import java.util.regex.Pattern;

/** The rule for names of refs, as libostree has it, with a length that every filesystem takes. */
public final class RefName {
  /** Longest name in characters. */
  public static final int LENGTH_MAX = 255;

  private static final Pattern FORM =
      Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._-]*+(?:/[A-Za-z0-9_][A-Za-z0-9._-]*+)*+");

  private RefName() {}

  /** Says whether {@code name} may name a ref. */
  public static boolean isValid(String name) {
    return name.length() <= LENGTH_MAX && FORM.matcher(name).matches();
  }
}
