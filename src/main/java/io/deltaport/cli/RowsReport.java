package io.deltaport.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/**
 * How the database compares with packs and recipes, in lines for people.
 *
 * @param rows the comparison; null when nobody looked
 */
record RowsReport(JsonNode rows) {
  static final String LOST =
      "the database has lost rows that packs and recipes tell: run fsck --data DIR --rebuild;"
          + " nothing else was looked at";

  private static final List<String> KINDS =
      List.of("packs", "objects", "recipes", "layers", "blobRecipes");

  /** Says whether rows were written again. */
  boolean changed() {
    if (rows == null) {
      return false;
    }
    long restored = rows.path("mendedCommits").asLong();
    for (String kind : KINDS) {
      restored += rows.path(kind).path("restored").asLong();
    }
    return restored > 0;
  }

  /** Returns what is to be told, each line with its end; empty when all is as it should be. */
  String text() {
    StringBuilder text = new StringBuilder();
    if (rows == null) {
      return "";
    }
    for (String kind : KINDS) {
      JsonNode count = rows.path(kind);
      if (count.path("withoutRow").asLong() > 0) {
        text.append(line(kind, count)).append('\n');
      }
    }
    long wrong = rows.path("wrongObjects").asLong();
    if (wrong > 0) {
      text.append("%d rows of objects do not tell what the packs tell%n".formatted(wrong));
    }
    long jobs = rows.path("jobs").asLong();
    if (jobs > 0) {
      text.append("%d images are absorbed again by the next server%n".formatted(jobs));
    }
    rows.path("problems").forEach(problem -> text.append(problem.asText()).append('\n'));
    return text.toString();
  }

  private String line(String kind, JsonNode count) {
    long without = count.path("withoutRow").asLong();
    if (!rows.path("rebuilt").asBoolean()) {
      return kind.equals("layers")
          ? "images with layers without rows: " + without
          : "%s without rows: %d of %d".formatted(kind, without, count.path("found").asLong());
    }
    return "%s without rows: %d of %d, rows written: %d"
        .formatted(kind, without, count.path("found").asLong(), count.path("restored").asLong());
  }
}
