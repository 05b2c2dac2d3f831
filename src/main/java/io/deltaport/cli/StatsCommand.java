package io.deltaport.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows what is stored, what it would take as plain blobs, and what releases added. */
@Command(
    name = "stats",
    mixinStandardHelpOptions = true,
    description =
        "Show what the server stores and what that saves; of a repository what its tags lead to; of an "
            + "image what it added to the one before it, and which files.",
    footer = {
      "",
      "Blobs are what a registry would keep that stores them as they came: each of them once. New "
          + "objects are those that the former image does not have under any path.",
      "",
      "Examples:",
      "  deltaport stats",
      "  deltaport stats os",
      "  deltaport stats os:v2",
      "  deltaport stats os:v2 --from v1 --files 50 --json"
    })
final class StatsCommand implements Runnable {
  private static final String PATH = "/api/v1/stats";

  @Parameters(
      arity = "0..1",
      paramLabel = "REPOSITORY[:TAG|@DIGEST]",
      description = "Only this repository, or this image.")
  private String name;

  @Option(
      names = "--from",
      paramLabel = "TAG|DIGEST",
      description =
          "Compare the image with this one (default: the one that the tag led to before, or the one "
              + "pushed last before it).")
  private String from;

  @Option(
      names = "--files",
      paramLabel = "N",
      defaultValue = "20",
      description = "How many of the largest changed files to show (default: 20).")
  private int files;

  @Mixin private ServerOptions server;
  @Mixin private Output output;

  @Override
  public void run() {
    ApiClient client = server.client();
    int at = name == null ? -1 : separator(name);
    if (name == null) {
      storage(client.get(PATH));
    } else if (at < 0) {
      repository(client);
    } else {
      release(client, name.substring(0, at), name.substring(at + 1));
    }
  }

  /** Returns where the tag or digest begins, or -1. */
  private static int separator(String name) {
    int digest = name.indexOf('@');
    return digest >= 0 ? digest : name.lastIndexOf(':');
  }

  private void storage(JsonNode stats) {
    List<List<String>> rows = new ArrayList<>();
    JsonNode logical = stats.path("logical");
    JsonNode stored = stats.path("stored");
    rows.add(
        row(
            "images of " + logical.path("tags").asText() + " tags, each whole",
            logical.path("imageBytes")));
    rows.add(row("their blobs, each once", logical.path("blobBytes")));
    rows.add(row("stored", stored.path("total")));
    rows.add(row("  blobs as they came", stored.path("blobs")));
    rows.add(row("    of these deltas", stored.path("deltas")));
    rows.add(row("  packs of objects", stored.path("packs")));
    rows.add(row("    of these dead", stored.path("dead")));
    rows.add(row("  recipes", stored.path("recipes")));
    rows.add(row("  database", stored.path("database")));
    for (Map.Entry<String, JsonNode> cache : stored.path("caches").properties()) {
      rows.add(row("  cache of " + cache.getKey(), cache.getValue()));
    }
    rows.add(
        List.of(
            "saved",
            bytes(stats.path("saved").asLong())
                + (stats.has("ratio") ? ", ratio " + stats.path("ratio").asText() : "")));
    output.printTable(
        stats, List.of("WHAT", "BYTES AT " + stats.path("measuredAt").asText()), rows);
  }

  private static List<String> row(String what, JsonNode bytes) {
    return List.of(what, bytes(bytes.asLong()));
  }

  private static String bytes(long count) {
    return count < 0 ? "-" + Output.bytes(-count) : Output.bytes(count);
  }

  private void repository(ApiClient client) {
    JsonNode page = client.get(PATH + "/repositories?n=1&repository=" + ApiClient.encode(name));
    if (page.path("repositories").isEmpty()) {
      throw new CliException("nothing was measured of a repository " + name);
    }
    JsonNode one = page.path("repositories").path(0);
    output.printTable(
        one,
        List.of("REPOSITORY", "TAGS", "IMAGES", "EACH WHOLE", "BLOBS ONCE"),
        List.of(
            List.of(
                one.path("name").asText(),
                one.path("tags").asText(),
                one.path("images").asText(),
                Output.bytes(one.path("imageBytes").asLong()),
                Output.bytes(one.path("blobBytes").asLong()))));
  }

  private void release(ApiClient client, String repository, String reference) {
    String query =
        "?repository=%s&reference=%s&n=%d%s"
            .formatted(
                ApiClient.encode(repository),
                ApiClient.encode(reference),
                Math.max(1, files),
                from == null ? "" : "&from=" + ApiClient.encode(from));
    JsonNode release = client.get(PATH + "/releases" + query);
    output.tell(summary(release));
    List<List<String>> rows = new ArrayList<>();
    for (JsonNode file : release.path("files")) {
      if (rows.size() < files) {
        rows.add(
            List.of(
                file.path("change").asText(),
                Output.bytes(file.path("bytes").asLong()),
                Output.bytes(file.path("formerBytes").asLong()),
                Output.bytes(file.path("stored").asLong()),
                file.path("path").asText()));
      }
    }
    output.printTable(release, List.of("CHANGE", "BYTES", "BEFORE", "STORED", "PATH"), rows);
  }

  private static String summary(JsonNode release) {
    String former =
        release.has("former")
            ? "compared with " + Output.shorten(release.path("former").asText())
            : "the first image";
    String blobs =
        "%s of %s are in blobs that are new"
            .formatted(
                Output.bytes(release.path("newBlobBytes").asLong()),
                Output.bytes(release.path("imageBytes").asLong()));
    JsonNode objects = release.path("objects");
    String files =
        release.has("objects")
            ? "%d files added, %d changed, %d removed; %d new objects, %s, stored in %s"
                .formatted(
                    objects.path("added").asLong(),
                    objects.path("changed").asLong(),
                    objects.path("removed").asLong(),
                    objects.path("newFiles").asLong() + objects.path("newFolders").asLong(),
                    Output.bytes(objects.path("newBytes").asLong()),
                    Output.bytes(objects.path("storedBytes").asLong()))
            : release.path("reason").asText();
    return "%s, %s: %s%n%s"
        .formatted(Output.shorten(release.path("digest").asText()), former, blobs, files);
  }
}
