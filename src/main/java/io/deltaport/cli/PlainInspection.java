package io.deltaport.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.deltaport.delta.plain.PlainReport;
import io.deltaport.delta.plain.PlainReport.Group;
import io.deltaport.delta.plain.PlainReport.Pair;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Tells what a delta would be if compressed files were stored plain in the image. */
final class PlainInspection {
  private PlainInspection() {}

  /** Measures it between two images of this machine and prints it. */
  static void run(String from, String to, Output output) throws IOException {
    PlainReport report;
    try (ProgressBar bar = new ProgressBar()) {
      report = LocalDeltas.measurePlain(ImageReference.local(from), ImageReference.local(to), bar);
    }
    output.printTable(json(report), List.of("", "NOW", "PLAIN"), rows(report));
    report.groups().forEach(group -> output.tell(text(group)));
    if (report.groups().isEmpty()) {
      output.tell("no file of " + to + " is compressed by itself");
    }
  }

  private static List<List<String>> rows(PlainReport report) {
    List<List<String>> rows = new ArrayList<>();
    rows.add(row("delta", report.delta(), ""));
    rows.add(row("whole image to pull", report.pull(), "about "));
    rows.add(row("files on disk", report.disk(), ""));
    return rows;
  }

  private static List<String> row(String what, Pair pair, String about) {
    return List.of(what, Output.bytes(pair.now()), about + Output.bytes(pair.plain()));
  }

  private static String text(Group group) {
    return "%d %s, %s instead of %s: %s"
        .formatted(
            group.files(),
            group.kind().title(),
            Output.bytes(group.packedBytes()),
            Output.bytes(group.plainBytes()),
            group.kind().advice());
  }

  private static ObjectNode json(PlainReport report) {
    ObjectNode node = Json.object();
    node.set("delta", json(report.delta()));
    node.set("pull", json(report.pull()));
    node.set("disk", json(report.disk()));
    ArrayNode groups = node.putArray("compressed");
    for (Group group : report.groups()) {
      groups
          .addObject()
          .put("kind", group.kind().id())
          .put("files", group.files())
          .put("size", group.packedBytes())
          .put("plainSize", group.plainBytes())
          .put("advice", group.kind().advice());
    }
    return node;
  }

  private static ObjectNode json(Pair pair) {
    return Json.object().put("now", pair.now()).put("plain", pair.plain());
  }
}
