package io.deltaport.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Lists the deltas on the server. */
@Command(
    name = "list",
    mixinStandardHelpOptions = true,
    description = "List the deltas that a server has published, oldest first.",
    footer = {"", "Example:", "  deltaport delta list os"})
final class DeltaListCommand implements Runnable {
  @Parameters(arity = "0..1", paramLabel = "REPOSITORY", description = "Only this repository.")
  private String repository;

  @Mixin private ServerOptions server;
  @Mixin private Output output;

  @Override
  public void run() {
    var all = Pages.all(server.client(), "/api/v1/deltas", "deltas", repository);
    List<List<String>> rows = new ArrayList<>();
    for (JsonNode delta : all.path("deltas")) {
      rows.add(
          List.of(
              delta.path("repository").asText(),
              name(delta, "from"),
              name(delta, "to"),
              Output.bytes(delta.path("size").asLong()),
              Output.bytes(delta.path("fullSize").asLong()),
              delta.path("digest").asText()));
    }
    output.printTable(
        all, List.of("REPOSITORY", "FROM", "TO", "SIZE", "INSTEAD OF", "ARTIFACT"), rows);
  }

  private static String name(JsonNode delta, String field) {
    String digest = Output.shorten(delta.path(field).asText());
    return delta.has(field + "Tag") ? delta.path(field + "Tag").asText() + " " + digest : digest;
  }
}
