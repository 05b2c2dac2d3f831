package io.deltaport.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * What a pass of the scrub has found, for people, programs and the shell.
 *
 * @param run the pass, as the API shows it; null when none was made because rows are lost
 * @param findings all of its findings, as the API shows them
 * @param rows how the database compares with packs and recipes; null when nobody looked
 */
public record FsckReport(JsonNode run, ArrayNode findings, JsonNode rows) {
  /** Nothing is wrong. */
  public static final int CLEAN = 0;

  /** Not everything could be looked at. */
  public static final int FAILED = 1;

  /** Damage was found, and all of it is repaired. */
  public static final int REPAIRED = 3;

  /** Damage was found that is not repaired. */
  public static final int DAMAGED = 4;

  /** Returns the status for the shell. */
  public int status() {
    if (run == null) {
      return DAMAGED;
    }
    if (!run.path("state").asText().equals("done")) {
      return FAILED;
    }
    if (findings.isEmpty()) {
      return new RowsReport(rows).changed() ? REPAIRED : CLEAN;
    }
    for (JsonNode finding : findings) {
      if (!finding.has("settled")) {
        return DAMAGED;
      }
    }
    return REPAIRED;
  }

  /** Returns everything as JSON or in lines. */
  public String text(boolean json) {
    if (json) {
      ObjectNode whole = Json.object();
      if (rows != null) {
        whole.set("rows", rows);
      }
      if (run != null) {
        whole.set("run", run);
      }
      whole.set("findings", findings);
      return Json.pretty(whole);
    }
    StringBuilder text = new StringBuilder(new RowsReport(rows).text());
    if (run == null) {
      return text + RowsReport.LOST;
    }
    for (JsonNode finding : findings) {
      text.append(line(finding)).append('\n');
    }
    return text.append(summary()).toString();
  }

  private static String line(JsonNode finding) {
    String repository = finding.path("repository").asText("");
    String quarantine = finding.path("quarantine").asText("");
    return "%s %s%s: %s (%s); %s%s"
        .formatted(
            finding.path("kind").asText(),
            finding.path("name").asText(),
            repository.isEmpty() ? "" : " of " + repository,
            finding.path("damage").asText(),
            finding.path("detail").asText(),
            finding.path("outcome").asText(),
            quarantine.isEmpty() ? "" : ", kept as " + quarantine);
  }

  private String summary() {
    if (!run.path("state").asText().equals("done")) {
      return "the scrub failed: " + run.path("error").asText("no reason was given");
    }
    String looked =
        "%s in %d items"
            .formatted(Output.bytes(run.path("done").asLong()), run.path("items").asLong());
    long unreferenced = run.path("unreferencedFiles").asLong();
    String garbage =
        unreferenced == 0
            ? ""
            : "; %d files (%s) belong to nothing and wait for garbage collection"
                .formatted(unreferenced, Output.bytes(run.path("unreferencedBytes").asLong()));
    String result =
        switch (status()) {
          case CLEAN -> "everything is whole";
          case REPAIRED ->
              findings.isEmpty()
                  ? "the files are whole, and the rows are there again"
                  : findings.size() + " damaged, all repaired";
          default -> findings.size() + " damaged, not all repaired";
        };
    return looked + ": " + result + garbage;
  }
}
