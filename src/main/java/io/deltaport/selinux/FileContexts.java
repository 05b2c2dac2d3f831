package io.deltaport.selinux;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The lines of a policy's {@code file_contexts}, ready to be asked. Thread-safe; about 500 bytes
 * for each line, and some thousand more for each expression that was needed.
 *
 * <p>A line that is one plain path beats every expression; else the last one wins that matches. An
 * expression is tried only on paths that begin with its plain beginning, so that of some thousand a
 * path meets a few.
 */
public final class FileContexts {
  /** Most lines of all files; policies of 2026 have about 7,000. */
  private static final int LINES_MAX = 200_000;

  /** The text in place of a label that says that there is none. */
  private static final String NONE = "<<none>>";

  private final Map<String, List<ContextLine>> literals = new HashMap<>();
  private final Map<String, List<ContextLine>> byPrefix = new HashMap<>();
  private final BitSet prefixLengths = new BitSet();
  private final PathSubstitutions local;
  private final PathSubstitutions distributed;
  private int lines;

  private FileContexts(PathSubstitutions local, PathSubstitutions distributed) {
    this.local = local;
    this.distributed = distributed;
  }

  /**
   * Parses a policy's files.
   *
   * @param contexts {@code file_contexts}, {@code .homedirs}, {@code .local} in this order, absent
   *     ones left out
   * @param local {@code file_contexts.subs}, or empty
   * @param distributed {@code file_contexts.subs_dist}, or empty
   * @throws SelinuxFormatException if libselinux would refuse it, or it is beyond all measure
   */
  public static FileContexts parse(List<String> contexts, String local, String distributed)
      throws SelinuxFormatException {
    FileContexts parsed =
        new FileContexts(PathSubstitutions.parse(local), PathSubstitutions.parse(distributed));
    for (String text : contexts) {
      for (String line : text.split("\n", -1)) {
        parsed.add(line);
      }
    }
    return parsed;
  }

  private void add(String line) throws SelinuxFormatException {
    List<String> fields = Fields.of(line, 3);
    if (fields.isEmpty()) {
      return;
    }
    check(fields.size() > 1, "misses a label", line);
    for (String field : fields) {
      check(field.chars().allMatch(c -> c < 0x80), "is not ASCII", line);
    }
    FileKind kind = null;
    if (fields.size() == 3) {
      kind = FileKind.ofField(fields.get(1)).orElse(null);
      check(kind != null, "has an unknown type of file", line);
    }
    if (lines == LINES_MAX) {
      throw new SelinuxFormatException("with more than " + LINES_MAX + " lines");
    }
    String label = fields.getLast().equals(NONE) ? null : fields.getLast();
    String text = fields.getFirst();
    String literal = PathExpression.literal(text);
    if (literal != null) {
      literals
          .computeIfAbsent(literal, key -> new ArrayList<>(1))
          .add(new ContextLine(lines++, kind, label, null));
    } else {
      String prefix = PathExpression.prefix(text);
      prefixLengths.set(prefix.length());
      byPrefix
          .computeIfAbsent(prefix, key -> new ArrayList<>(1))
          .add(new ContextLine(lines++, kind, label, new PathExpression(text)));
    }
  }

  private static void check(boolean valid, String problem, String line)
      throws SelinuxFormatException {
    if (!valid) {
      String shown = line.length() > 100 ? line.substring(0, 100) + "..." : line;
      throw new SelinuxFormatException("with a line that " + problem + ": '" + shown + "'");
    }
  }

  /**
   * Returns the label of a path, or null when the policy gives it none.
   *
   * @param path absolute and normalised, one char for each byte
   */
  public String label(String path, FileKind kind, MatchBudget budget)
      throws SelinuxFormatException {
    String key = distributed.apply(local.apply(path));
    List<ContextLine> exact = literals.getOrDefault(key, List.of());
    for (ContextLine line : exact.reversed()) {
      if (line.isFor(kind)) {
        return line.label();
      }
    }
    for (ContextLine line : candidates(key, kind)) {
      if (line.expression().matches(key, budget)) {
        return line.label();
      }
    }
    return null;
  }

  /** Returns the expressions that can match, the last one first. */
  private List<ContextLine> candidates(String key, FileKind kind) {
    List<ContextLine> candidates = new ArrayList<>();
    int length = prefixLengths.nextSetBit(0);
    while (length >= 0 && length <= key.length()) {
      for (ContextLine line : byPrefix.getOrDefault(key.substring(0, length), List.of())) {
        if (line.isFor(kind)) {
          candidates.add(line);
        }
      }
      length = prefixLengths.nextSetBit(length + 1);
    }
    candidates.sort(Comparator.comparingInt(ContextLine::number).reversed());
    return candidates;
  }
}
