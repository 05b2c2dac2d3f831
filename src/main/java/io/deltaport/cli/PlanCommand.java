package io.deltaport.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows the ways from one release to another. */
@Command(
    name = "plan",
    mixinStandardHelpOptions = true,
    description = {
      "Show every way in which a device that has FROM gets to TO, with the bytes that it fetches,"
          + " cheapest first.",
      "",
      "Images are REPOSITORY:TAG or REPOSITORY@DIGEST; the digest may be that of the image's config,"
          + " which is what a device often knows. With TO alone the device has nothing."
    },
    footer = {
      "",
      "Examples:",
      "  deltaport plan os:v1 os:v2",
      "  deltaport plan --create os:v1 os:v2",
      "  deltaport plan --platform linux/arm64 os:stable"
    })
final class PlanCommand implements Runnable {
  @Parameters(
      arity = "1..2",
      paramLabel = "IMAGE",
      description = "FROM, which the device has, and TO.")
  private List<String> images;

  @Option(
      names = "--platform",
      paramLabel = "OS/ARCH",
      description = "Which image of an index is meant (default: that of FROM's platform).")
  private String platform;

  @Option(names = "--create", description = "Make the deltas that are not there yet, first.")
  private boolean create;

  @Mixin private ServerOptions server;
  @Mixin private Output output;

  @Override
  public void run() {
    ImageReference target = onServer(images.getLast());
    String query =
        "/api/v1/updates?repository="
            + ApiClient.encode(target.name())
            + "&to="
            + ApiClient.encode(target.reference());
    if (images.size() > 1) {
      ImageReference source = onServer(images.getFirst());
      if (!source.name().equals(target.name())) {
        throw new CliException("FROM and TO must be in one repository");
      }
      query += "&from=" + ApiClient.encode(source.reference());
    }
    if (platform != null) {
      query += "&platform=" + ApiClient.encode(platform);
    }
    ApiClient client = server.client();
    JsonNode plan = client.get(query);
    if (create) {
      plan.path("ways").forEach(way -> create(client, way));
      plan = client.get(query);
    }
    print(plan);
  }

  private static ImageReference onServer(String text) {
    ImageReference image = ImageReference.parse(text);
    if (image.isLocal() || image.reference() == null) {
      throw new CliException("name images on a server as REPOSITORY:TAG or REPOSITORY@DIGEST");
    }
    return image;
  }

  private static void create(ApiClient client, JsonNode way) {
    if (way.has("request")) {
      DeltaCreateCommand.made(client, way.path("request"));
    }
  }

  private void print(JsonNode plan) {
    List<List<String>> rows = new ArrayList<>();
    for (JsonNode way : plan.path("ways")) {
      boolean ready = way.path("ready").asBoolean();
      rows.add(
          List.of(
              way.path("kind").asText(),
              ready ? Output.bytes(way.path("size").asLong()) : "-",
              ready ? percent(way) : "-",
              ready ? what(way) : "not made; --create makes it"));
    }
    output.printTable(plan, List.of("WAY", "BYTES", "OF FULL", "WHAT IS FETCHED"), rows);
    for (JsonNode way : plan.path("ways")) {
      if (way.has("hint")) {
        output.tell(way.path("kind").asText() + ": " + way.path("hint").asText());
      }
    }
  }

  private static String percent(JsonNode way) {
    return String.format("%.1f %%", 100 * way.path("ratio").asDouble());
  }

  private static String what(JsonNode way) {
    JsonNode steps = way.path("steps");
    if (steps.isEmpty()) {
      return "nothing: the device has it";
    }
    if (way.path("kind").asText().equals("pull") || way.path("kind").asText().equals("restacked")) {
      return steps.size() + (steps.size() == 1 ? " blob" : " blobs");
    }
    return StreamSupport.stream(steps.spliterator(), false)
        .map(step -> Output.shorten(step.path("name").asText()))
        .collect(Collectors.joining(", then "));
  }
}
