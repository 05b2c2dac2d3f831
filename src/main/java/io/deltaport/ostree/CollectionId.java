package io.deltaport.ostree;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.regex.Pattern;

/**
 * Names of collections: two or more words with dots between them, such as {@code org.example.Os}.
 * Thread-safe.
 *
 * <p>Source of the rule: {@code ostree_validate_collection_id} in libostree's {@code
 * ostree-core.c}, which takes what D-Bus takes as the name of an interface.
 */
public final class CollectionId {
  /** Longest id in characters: D-Bus takes no longer names. */
  public static final int LENGTH_MAX = 255;

  private static final Pattern FORM =
      Pattern.compile("[A-Za-z_][A-Za-z0-9_]*+(?:\\.[A-Za-z_][A-Za-z0-9_]*+)++");

  private CollectionId() {}

  /** Says whether {@code id} may name a collection. */
  public static boolean isValid(String id) {
    return id.length() <= LENGTH_MAX && FORM.matcher(id).matches();
  }

  /**
   * Returns a path as a part of an id: slashes are dots, and what cannot stand in a word is an
   * underscore and two hexadecimal digits for each byte. Other paths give other texts.
   */
  public static String words(String path) {
    StringBuilder words = new StringBuilder();
    boolean first = true;
    for (byte each : path.getBytes(StandardCharsets.UTF_8)) {
      char c = (char) (each & 0xff);
      if (c == '/') {
        words.append('.');
      } else if (isLetter(c) || (isDigit(c) && !first)) {
        words.append(c);
      } else {
        words.append('_').append(HexFormat.of().toHexDigits(each));
      }
      first = c == '/';
    }
    return words.toString();
  }

  private static boolean isLetter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }
}
