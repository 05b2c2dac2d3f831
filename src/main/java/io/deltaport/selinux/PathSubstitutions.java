package io.deltaport.selinux;

import java.util.ArrayList;
import java.util.List;

/** Folders that are labelled as others are: {@code file_contexts.subs} and such. Immutable. */
final class PathSubstitutions {
  /** Most lines of one file; each look-up goes through all of them. */
  private static final int LINES_MAX = 10_000;

  private final List<String[]> pairs;

  private PathSubstitutions(List<String[]> pairs) {
    this.pairs = pairs;
  }

  static PathSubstitutions parse(String text) throws SelinuxFormatException {
    List<String[]> pairs = new ArrayList<>();
    for (String line : text.split("\n", -1)) {
      List<String> fields = Fields.of(line, 2);
      if (fields.size() == 2) {
        pairs.add(new String[] {fields.get(0), fields.get(1)});
      }
      if (pairs.size() > LINES_MAX) {
        throw new SelinuxFormatException("with more than " + LINES_MAX + " substitutions");
      }
    }
    return new PathSubstitutions(pairs.reversed());
  }

  /** Returns the path with the last pair that fits applied, or the path. */
  String apply(String path) {
    for (String[] pair : pairs) {
      String from = pair[0];
      if (path.startsWith(from)
          && (path.length() == from.length() || path.charAt(from.length()) == '/')) {
        boolean toRoot = pair[1].equals("/") && path.length() > from.length();
        return pair[1] + path.substring(from.length() + (toRoot ? 1 : 0));
      }
    }
    return path;
  }
}
