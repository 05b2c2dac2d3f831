package io.deltaport.selinux;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;

/**
 * A regular expression of {@code file_contexts}, compiled when it is first needed. Thread-safe.
 *
 * <p>The engine takes time linear in the path's length, whatever the expression. It does not know
 * what such engines cannot do: look-around, back references, atomic groups and possessive
 * quantifiers; a policy that has one is refused when a path gets to it.
 */
final class PathExpression {
  /** Longest expression, as in libselinux. */
  private static final int LENGTH_MAX = 4096;

  /** Most steps of a compiled expression: counted repetitions multiply them. */
  private static final long STEPS_MAX = 1 << 16;

  /** Most groups in each other, as PCRE has it: the compiler's stack grows with them. */
  private static final int DEPTH_MAX = 250;

  /** What follows a backslash without making an expression of a plain path. */
  private static final String ESCAPABLE = ".^$?*+|[({])}-_,";

  private static final String META = ".^$?*+|[({])}";
  private static final String QUANTIFIERS = "?*+{";

  private static final String ANYTHING = ".*";
  private static final String FOLDER_AND_BELOW = "(/.*)?";

  private final String text;

  /** The plain characters at the start. */
  private final String start;

  /** What follows {@link #start} when it is one of the two usual ends, else null. */
  private final String tail;

  private volatile Pattern pattern;

  PathExpression(String text) {
    this.text = text;
    StringBuilder literal = new StringBuilder(text.length());
    String rest = text.substring(readLiteral(text, literal));
    this.start = literal.toString();
    this.tail = rest.equals(ANYTHING) || rest.equals(FOLDER_AND_BELOW) ? rest : null;
  }

  /** Says whether the path matches as a whole. */
  boolean matches(String path, MatchBudget budget) throws SelinuxFormatException {
    if (tail != null) {
      // Two lines of three are of this kind, and need no engine.
      return path.startsWith(start)
          && (tail.equals(ANYTHING)
              || path.length() == start.length()
              || path.charAt(start.length()) == '/');
    }
    Pattern compiled = pattern;
    if (compiled == null) {
      compiled = compile();
      pattern = compiled;
    }
    budget.spend((long) text.length() * (path.length() + 1));
    // Bare anchors, as in libselinux: with "a|b" they belong to one side each.
    return compiled.matcher(path).find();
  }

  private Pattern compile() throws SelinuxFormatException {
    if (text.length() >= LENGTH_MAX || steps() > STEPS_MAX || depth() > DEPTH_MAX) {
      throw new SelinuxFormatException("with an expression that is too large: " + shortened());
    }
    try {
      return Pattern.compile("^" + text + "$", Pattern.DOTALL);
    } catch (PatternSyntaxException e) {
      throw new SelinuxFormatException(
          "with the expression " + shortened() + ", which is not supported", e);
    }
  }

  private String shortened() {
    return "'" + (text.length() > 100 ? text.substring(0, 100) + "..." : text) + "'";
  }

  /** Returns the length times all counts of repetitions, more than what they compile to. */
  private long steps() {
    long steps = text.length();
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) == '{') {
        long largest = 1;
        long number = 0;
        for (int j = i + 1; j < text.length() && "0123456789,".indexOf(text.charAt(j)) >= 0; j++) {
          char c = text.charAt(j);
          number = c == ',' ? 0 : Math.min(number * 10 + c - '0', STEPS_MAX);
          largest = Math.max(largest, number);
        }
        steps = Math.min(steps * largest, STEPS_MAX + 1);
      }
    }
    return steps;
  }

  /** Returns how deep groups are nested, or more. */
  private int depth() {
    int depth = 0;
    int deepest = 0;
    for (int i = 0; i < text.length(); i++) {
      depth += text.charAt(i) == '(' ? 1 : 0;
      depth -= text.charAt(i) == ')' && depth > 0 ? 1 : 0;
      deepest = Math.max(deepest, depth);
    }
    return deepest;
  }

  /** Returns the one path that the expression stands for, or null when it stands for more. */
  static String literal(String text) {
    StringBuilder literal = new StringBuilder(text.length());
    return readLiteral(text, literal) == text.length() ? literal.toString() : null;
  }

  /** Returns what every path begins with that the expression can match. */
  static String prefix(String text) {
    if (text.indexOf('|') >= 0 && hasAlternatives(text)) {
      return "";
    }
    StringBuilder literal = new StringBuilder(text.length());
    int end = readLiteral(text, literal);
    boolean repeated = end < text.length() && QUANTIFIERS.indexOf(text.charAt(end)) >= 0;
    if (repeated && !literal.isEmpty()) {
      literal.setLength(literal.length() - 1);
    }
    return literal.toString();
  }

  /** Appends the plain characters at the start; returns where something else begins. */
  private static int readLiteral(String text, StringBuilder literal) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\\') {
        if (i + 1 == text.length() || ESCAPABLE.indexOf(text.charAt(i + 1)) < 0) {
          return i;
        }
        i++;
        literal.append(text.charAt(i));
      } else if (META.indexOf(c) >= 0) {
        return i;
      } else {
        literal.append(c);
      }
    }
    return text.length();
  }

  /** Says whether there is, or may be, a {@code |} that is in no group. */
  private static boolean hasAlternatives(String text) {
    int depth = 0;
    for (int i = 0; i < text.length(); i++) {
      switch (text.charAt(i)) {
        case '\\' -> i++;
        case '(' -> depth++;
        case ')' -> depth--;
        case '[' -> i = endOfBrackets(text, i);
        case '|' -> {
          if (depth <= 0) {
            return true;
          }
        }
        default -> {}
      }
    }
    return depth != 0;
  }

  /** Returns where the class ends that begins at {@code start}; the last place when it does not. */
  private static int endOfBrackets(String text, int start) {
    int i = start + 1;
    i += i < text.length() && text.charAt(i) == '^' ? 1 : 0;
    i += i < text.length() && text.charAt(i) == ']' ? 1 : 0;
    for (; i < text.length(); i++) {
      if (text.charAt(i) == '\\') {
        i++;
      } else if (text.startsWith("[:", i) && text.indexOf(":]", i) > 0) {
        i = text.indexOf(":]", i) + 1;
      } else if (text.charAt(i) == ']') {
        return i;
      }
    }
    return text.length() - 1;
  }
}
