package io.deltaport.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Has the server look for damage, and waits until it has. */
@Command(
    name = "fsck",
    mixinStandardHelpOptions = true,
    description =
        "Read everything that is stored again, put aside what is damaged, and repair it from any "
            + "other copy. With --data a folder that no server uses, whose database is compared with packs "
            + "and recipes, too.",
    exitCodeListHeading = "%nStatus:%n",
    exitCodeList = {
      "0:everything is whole",
      "1:not everything could be looked at",
      "2:used wrongly",
      "3:damage was found, and all of it is repaired",
      "4:damage was found that is not repaired: push again what awaits it; or rows are lost, and",
      "  --rebuild writes them again"
    },
    footer = {
      "",
      "Examples:",
      "  deltaport fsck",
      "  deltaport fsck --rate 50000000 --json",
      "  deltaport fsck --data data",
      "  deltaport fsck --data data --rebuild"
    })
final class FsckCommand implements Callable<Integer> {
  private static final Duration INTERVAL = Duration.ofMillis(300);

  @Option(
      names = "--rate",
      paramLabel = "BYTES",
      description = "Bytes a second to read at most; 0 for no limit (default: the server's).")
  private Long rate;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "Look at this folder without a server; the launcher does this.")
  private String data;

  @Option(
      names = "--rebuild",
      description = "With --data: write rows that the database has lost, from packs and recipes.")
  private boolean rebuild;

  @Mixin private ServerOptions server;
  @Mixin private Output output;

  @Override
  public Integer call() {
    if (data != null) {
      throw new CliException("run this verb through the launcher, ./deltaport fsck --data " + data);
    }
    if (rebuild) {
      throw new CliException("--rebuild needs a folder that no server uses: --data DIR");
    }
    ApiClient client = server.client();
    ObjectNode request = Json.object();
    if (rate != null) {
      request.put("bytesPerSecond", rate);
    }
    JsonNode run = client.post("/api/v1/scrub", request);
    String path = "/api/v1/scrub/" + run.path("id").asText();
    run = untilOver(client, path);
    ArrayNode findings =
        (ArrayNode) Pages.all(client, path + "/findings", "findings", null).path("findings");
    FsckReport report = new FsckReport(run, findings, null);
    output.print(report);
    return report.status();
  }

  private static JsonNode untilOver(ApiClient client, String path) {
    try (ProgressBar bar = new ProgressBar()) {
      while (true) {
        JsonNode run = client.get(path);
        switch (run.path("state").asText()) {
          case "done", "failed" -> {
            return run;
          }
          default ->
              bar.update(
                  run.path("stage").asText("queued"),
                  run.path("done").asLong(0),
                  run.path("total").asLong(-1));
        }
        LockSupport.parkNanos(INTERVAL.toNanos());
      }
    }
  }
}
