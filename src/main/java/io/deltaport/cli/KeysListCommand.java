package io.deltaport.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Lists the keys of the server. */
@Command(
    name = "list",
    mixinStandardHelpOptions = true,
    description = "List the server's signing keys, with what is wrong with them if anything is.",
    footer = {"", "Examples:", "  deltaport keys list", "  deltaport keys list --json"})
final class KeysListCommand implements Runnable {
  private static final List<String> HEADING =
      List.of("NAME", "KIND", "REPOSITORIES", "STATE", "CREATED", "FINGERPRINT");
  private static final int DATE_CHARS = 10;

  @Mixin private ServerOptions server;
  @Mixin private Output output;

  @Override
  public void run() {
    JsonNode all = server.client().get(KeyText.PATH);
    List<List<String>> rows = new ArrayList<>();
    for (JsonNode key : all.path("keys")) {
      String created = key.path("created").asText();
      rows.add(
          List.of(
              key.path("name").asText(),
              key.path("kind").asText(),
              KeyText.repositories(key),
              state(key),
              created.substring(0, Math.min(DATE_CHARS, created.length())),
              key.path("fingerprint").asText()));
    }
    output.printTable(all, HEADING, rows);
    for (JsonNode key : all.path("keys")) {
      if (key.has("problem")) {
        output.warn(key.path("problem").asText());
      }
    }
  }

  private static String state(JsonNode key) {
    return key.has("problem")
        ? "UNUSABLE"
        : key.path("external").asBoolean() ? "external" : key.path("state").asText();
  }
}
