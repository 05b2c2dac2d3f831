package io.deltaport.selinux;

import java.util.ArrayList;
import java.util.List;

/** The fields of a line of a policy's file. */
final class Fields {
  private Fields() {}

  /** Returns at most {@code max} fields between white space; none of a comment. */
  static List<String> of(String line, int max) {
    List<String> fields = new ArrayList<>(max);
    int at = 0;
    while (fields.size() < max) {
      int start = at;
      while (start < line.length() && isSpace(line.charAt(start))) {
        start++;
      }
      int end = start;
      while (end < line.length() && !isSpace(line.charAt(end))) {
        end++;
      }
      if (start == end || (fields.isEmpty() && line.charAt(start) == '#')) {
        break;
      }
      fields.add(line.substring(start, end));
      at = end;
    }
    return fields;
  }

  // C's isspace in the C locale.
  private static boolean isSpace(char c) {
    return c == ' ' || (c >= '\t' && c <= '\r');
  }
}
