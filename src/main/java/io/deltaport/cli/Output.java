package io.deltaport.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/** How a verb answers: text in columns, or JSON. */
final class Output {
  @Option(names = "--json", description = "Answer in JSON.")
  private boolean json;

  @Spec(Target.MIXEE)
  private CommandSpec spec;

  void print(JsonNode node, String text) {
    out().println(json ? Json.pretty(node) : text);
  }

  void print(FsckReport report) {
    out().println(report.text(json));
    out().flush();
  }

  /** Prints one of many: a line of text, or a line of JSON. */
  void printLine(JsonNode node, String text) {
    out().println(json ? node.toString() : text);
    out().flush();
  }

  /** Adds a text for people; whoever wants JSON does not get it. */
  void tell(String text) {
    if (!json) {
      out().println(text);
      out().flush();
    }
  }

  /** Tells people of something that is wrong, beside the answer. */
  void warn(String text) {
    spec.commandLine().getErr().println("deltaport: " + text);
    spec.commandLine().getErr().flush();
  }

  /** Prints rows under a heading, each column as wide as its longest cell. */
  void printTable(JsonNode node, List<String> heading, List<List<String>> rows) {
    if (json) {
      out().println(Json.pretty(node));
      return;
    }
    int[] widths = new int[heading.size()];
    for (int column = 0; column < widths.length; column++) {
      widths[column] = heading.get(column).length();
      for (List<String> row : rows) {
        widths[column] = Math.max(widths[column], row.get(column).length());
      }
    }
    printRow(heading, widths);
    rows.forEach(row -> printRow(row, widths));
    out().flush();
  }

  private void printRow(List<String> row, int[] widths) {
    StringBuilder line = new StringBuilder();
    for (int column = 0; column < widths.length; column++) {
      line.append(String.format("%-" + (widths[column] + 2) + "s", row.get(column)));
    }
    out().println(line.toString().stripTrailing());
  }

  private PrintWriter out() {
    return spec.commandLine().getOut();
  }

  /** Writes a number of bytes for people, as other registry tools do. */
  static String bytes(long count) {
    if (count < 1000) {
      return count + " B";
    }
    double value = count;
    String[] units = {"kB", "MB", "GB", "TB"};
    int unit = -1;
    while (value >= 999.95 && unit < units.length - 1) {
      value /= 1000;
      unit++;
    }
    return String.format("%.1f %s", value, units[unit]);
  }

  /** Shortens a digest for a table. */
  static String shorten(String digest) {
    int colon = digest.indexOf(':');
    return colon > 0 && digest.length() > colon + 13 ? digest.substring(0, colon + 13) : digest;
  }
}
