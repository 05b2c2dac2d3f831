package io.deltaport.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.deltaport.delta.MatchListener;
import io.deltaport.delta.MatchReason;
import io.deltaport.delta.SourceMatch;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Collects from which old file each new one is made, and shows it. Some 300 bytes of memory for
 * each file. Not thread-safe.
 */
final class MatchReport implements MatchListener {
  private static final List<String> HEADING =
      List.of("NEW", "PATCHED", "SIZE", "REASON", "FILE", "FROM");

  private static final Comparator<SourceMatch> DEAREST_FIRST =
      Comparator.comparingLong(SourceMatch::newBytes)
          .thenComparingLong(SourceMatch::patchedBytes)
          .reversed();

  private final List<SourceMatch> matches = new ArrayList<>();

  @Override
  public void matched(SourceMatch match) {
    matches.add(match);
  }

  /**
   * Prints a table of all files that are not copied as a whole, dearest first; in JSON all files in
   * the order of the target, beside what {@code answer} has.
   */
  void print(Output output, ObjectNode answer) {
    ArrayNode files = answer.putArray("files");
    matches.forEach(match -> files.add(json(match)));
    List<List<String>> rows = rows();
    output.printTable(answer, HEADING, rows);
    output.tell("files that are copied as they are: " + (matches.size() - rows.size()));
  }

  private List<List<String>> rows() {
    return matches.stream()
        .filter(match -> match.reason() != MatchReason.SAME_OBJECT)
        .sorted(DEAREST_FIRST)
        .map(MatchReport::row)
        .toList();
  }

  private static List<String> row(SourceMatch match) {
    return List.of(
        Output.bytes(match.newBytes()),
        Output.bytes(match.patchedBytes()),
        Output.bytes(match.bytes()),
        match.reason().text(),
        match.path(),
        match.source());
  }

  private static ObjectNode json(SourceMatch match) {
    ObjectNode node = Json.object().put("path", match.path());
    if (!match.source().isEmpty()) {
      node.put("source", match.source());
    }
    return node.put("reason", match.reason().text())
        .put("size", match.bytes())
        .put("copied", match.copiedBytes())
        .put("patched", match.patchedBytes())
        .put("new", match.newBytes());
  }
}
