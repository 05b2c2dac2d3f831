package io.deltaport.ostree;

/**
 * The grammar of GVariant type strings.
 *
 * @see <a href="https://docs.gtk.org/glib/gvariant-format-strings.html">type strings</a>
 */
final class VariantType {
  /** Deepest nesting of containers: GLib itself stops at 128. */
  private static final int DEPTH_MAX = 128;

  private static final String BASIC = "bynqiuxthdsog";

  private VariantType() {}

  /** Says whether the text is exactly one complete type. */
  static boolean isSingle(String type) {
    return end(type, 0, 0) == type.length();
  }

  /** Returns where the type that begins at {@code at} ends, or -1 when there is none. */
  private static int end(String type, int at, int depth) {
    if (at >= type.length() || depth > DEPTH_MAX) {
      return -1;
    }
    char c = type.charAt(at);
    if (c == 'a' || c == 'm') {
      return end(type, at + 1, depth + 1);
    }
    if (c == '(') {
      return tupleEnd(type, at + 1, depth + 1);
    }
    if (c == '{') {
      return dictEntryEnd(type, at + 1, depth + 1);
    }
    return c == 'v' || BASIC.indexOf(c) >= 0 ? at + 1 : -1;
  }

  private static int tupleEnd(String type, int from, int depth) {
    int at = from;
    while (at >= 0 && at < type.length() && type.charAt(at) != ')') {
      at = end(type, at, depth);
    }
    return at >= 0 && at < type.length() ? at + 1 : -1;
  }

  private static int dictEntryEnd(String type, int from, int depth) {
    if (from >= type.length() || BASIC.indexOf(type.charAt(from)) < 0) {
      return -1;
    }
    int at = end(type, from + 1, depth);
    return at >= 0 && at < type.length() && type.charAt(at) == '}' ? at + 1 : -1;
  }
}
