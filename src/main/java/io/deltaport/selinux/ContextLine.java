package io.deltaport.selinux;

/**
 * A line of {@code file_contexts}.
 *
 * @param number its place among all lines; later ones win
 * @param kind the type of file that it is for; null for all
 * @param label the label; null when files there have none
 * @param expression what it matches; null for a line of one plain path
 */
record ContextLine(int number, FileKind kind, String label, PathExpression expression) {
  boolean isFor(FileKind other) {
    return kind == null || kind == other;
  }
}
