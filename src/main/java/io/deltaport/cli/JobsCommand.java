package io.deltaport.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows the server's work. */
@Command(
    name = "jobs",
    mixinStandardHelpOptions = true,
    description = "List the work of a server, newest first, or follow one job.",
    footer = {
      "",
      "Examples:",
      "  deltaport jobs --state running",
      "  deltaport jobs 5f0c... --watch"
    })
final class JobsCommand implements Runnable {
  @Parameters(arity = "0..1", paramLabel = "ID", description = "Only this job.")
  private String id;

  @Option(names = "--watch", description = "Wait until the job has ended, showing its progress.")
  private boolean watch;

  @Option(
      names = "--state",
      paramLabel = "STATE",
      description = "Only jobs in this state: queued, running, done, failed or cancelled.")
  private String state;

  @Mixin private ServerOptions server;
  @Mixin private Output output;

  @Override
  public void run() {
    ApiClient client = server.client();
    if (id == null) {
      String filter = state == null ? "" : "?state=" + ApiClient.encode(state);
      JsonNode page = client.get("/api/v1/jobs" + filter);
      List<List<String>> rows = new ArrayList<>();
      page.path("jobs").forEach(job -> rows.add(row(job)));
      output.printTable(page, HEADING, rows);
      return;
    }
    JsonNode job =
        watch
            ? JobWatch.untilEnded(client, id)
            : client.get("/api/v1/jobs/" + ApiClient.encode(id));
    output.printTable(job, HEADING, List.of(row(job)));
    if (watch && !job.path("state").asText().equals("done")) {
      throw new CliException("job " + id + " " + JobWatch.outcome(job));
    }
  }

  private static final List<String> HEADING =
      List.of("ID", "KIND", "REPOSITORY", "STATE", "PROGRESS", "RESULT");

  private static List<String> row(JsonNode job) {
    String progress = "";
    if (job.path("state").asText().equals("running") && job.has("stage")) {
      long total = job.path("total").asLong(0);
      progress =
          job.path("stage").asText()
              + (total > 0 ? " " + 100 * job.path("done").asLong() / total + " %" : "");
    }
    return List.of(
        job.path("id").asText(),
        job.path("kind").asText(),
        job.path("repository").asText(),
        job.path("state").asText(),
        progress,
        job.has("error")
            ? job.path("error").asText()
            : Output.shorten(job.path("result").asText()));
  }
}
