package io.deltaport.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Collects garbage on the server now. */
@Command(
    name = "gc",
    mixinStandardHelpOptions = true,
    description = {
      "Collect garbage on the server now, and show what went.",
      "",
      "The server does this by itself every hour. What became garbage less than the grace period ago"
          + " is listed as waiting and stays."
    },
    footer = {"", "Examples:", "  deltaport gc --dry-run", "  deltaport gc --json"})
final class GcCommand implements Runnable {
  @Option(names = "--dry-run", description = "Only show what would go.")
  private boolean dryRun;

  @Mixin private ServerOptions server;
  @Mixin private Output output;

  private static final List<String> HEADING = List.of("STATE", "KIND", "COUNT", "BYTES", "REASON");

  @Override
  public void run() {
    ApiClient client = server.client();
    JsonNode job = client.post("/api/v1/gc", Json.object().put("dryRun", dryRun));
    String id = job.path("id").asText();
    JsonNode ended = JobWatch.untilEnded(client, id);
    if (!ended.path("state").asText().equals("done")) {
      throw new CliException("the garbage collection " + JobWatch.outcome(ended));
    }
    JsonNode run = client.get("/api/v1/gc/" + ApiClient.encode(id));
    JsonNode report = run.path("report");
    List<List<String>> rows = new ArrayList<>();
    report.path("removed").forEach(item -> rows.add(row(dryRun ? "would go" : "gone", item)));
    report.path("waiting").forEach(item -> rows.add(row("waiting", item)));
    output.printTable(run, HEADING, rows);
  }

  private static List<String> row(String state, JsonNode item) {
    return List.of(
        state,
        item.path("kind").asText(),
        item.path("count").asText(),
        Output.bytes(item.path("bytes").asLong()),
        item.path("reason").asText());
  }
}
