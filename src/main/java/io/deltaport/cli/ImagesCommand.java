package io.deltaport.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Lists the images on the server. */
@Command(
    name = "images",
    mixinStandardHelpOptions = true,
    description = "List the tagged images of a server, and what became of them.",
    footer = {
      "",
      "States: stored (not looked into yet), absorbing, absorbed (its files are objects: deltas can "
          + "be made), opaque (kept and served as pushed; the JSON answer has the reason).",
      "",
      "Example:",
      "  deltaport images os --json"
    })
final class ImagesCommand implements Runnable {
  @Parameters(arity = "0..1", paramLabel = "REPOSITORY", description = "Only this repository.")
  private String repository;

  @Mixin private ServerOptions server;
  @Mixin private Output output;

  @Override
  public void run() {
    var all = Pages.all(server.client(), "/api/v1/images", "images", repository);
    List<List<String>> rows = new ArrayList<>();
    for (JsonNode image : all.path("images")) {
      rows.add(
          List.of(
              image.path("repository").asText() + ":" + image.path("tag").asText(),
              Output.shorten(image.path("digest").asText()),
              image.has("size") ? Output.bytes(image.path("size").asLong()) : "",
              image.path("state").asText()));
    }
    output.printTable(all, List.of("IMAGE", "DIGEST", "SIZE", "STATE"), rows);
  }
}
