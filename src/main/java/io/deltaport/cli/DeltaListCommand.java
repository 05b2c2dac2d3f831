package io.deltaport.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Lists the deltas on the server. */
@Command(
    name = "list",
    mixinStandardHelpOptions = true,
    description =
        "List the deltas that a server has published, oldest first: those between images, then"
            + " static deltas between OSTree commits.",
    footer = {"", "Example:", "  deltaport delta list os"})
final class DeltaListCommand implements Runnable {
  @Parameters(arity = "0..1", paramLabel = "REPOSITORY", description = "Only this repository.")
  private String repository;

  @Mixin private ServerOptions server;
  @Mixin private Output output;

  @Override
  public void run() {
    ApiClient client = server.client();
    ObjectNode all = Pages.all(client, "/api/v1/deltas", "deltas", repository);
    all.withArray("deltas")
        .addAll(
            (ArrayNode)
                Pages.all(client, "/api/v1/deltas?format=ostree", "deltas", repository)
                    .path("deltas"));
    List<List<String>> rows = new ArrayList<>();
    for (JsonNode delta : all.path("deltas")) {
      rows.add(
          List.of(
              delta.path("repository").asText(),
              delta.has("from") ? name(delta, "from") : "nothing",
              name(delta, "to"),
              Output.bytes(delta.path("size").asLong()),
              Output.bytes(delta.path("fullSize").asLong()),
              delta.path("format").asText(),
              delta.has("digest") ? delta.path("digest").asText() : delta.path("id").asText()));
    }
    output.printTable(
        all,
        List.of("REPOSITORY", "FROM", "TO", "SIZE", "INSTEAD OF", "FORMAT", "ARTIFACT OR ID"),
        rows);
  }

  private static String name(JsonNode delta, String field) {
    String digest = Output.shorten(delta.path(field).asText());
    return delta.has(field + "Tag") ? delta.path(field + "Tag").asText() + " " + digest : digest;
  }
}
