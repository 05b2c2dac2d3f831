package io.deltaport.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Shows the server's work, hastens and ends it. */
@Command(
    name = "jobs",
    mixinStandardHelpOptions = true,
    description = "List the work of a server, newest first, follow it, hasten or cancel it.",
    footer = {
      "",
      "Examples:",
      "  deltaport jobs --state running",
      "  deltaport jobs --watch",
      "  deltaport jobs 5f0c... --watch",
      "  deltaport jobs 5f0c... --priority high",
      "  deltaport jobs 5f0c... --cancel"
    })
final class JobsCommand implements Callable<Integer> {
  private static final String PATH = "/api/v1/jobs";
  private static final List<String> HEADING =
      List.of("ID", "KIND", "REPOSITORY", "STATE", "PROGRESS", "RESULT");

  @Parameters(arity = "0..1", paramLabel = "ID", description = "Only this job.")
  private String id;

  @Option(
      names = "--watch",
      description =
          "With an ID: wait until the job has ended, showing its progress. Without one: show jobs as "
              + "they change, until interrupted.")
  private boolean watch;

  @Option(
      names = "--state",
      paramLabel = "STATE",
      description = "Only jobs in this state: queued, running, done, failed or cancelled.")
  private String state;

  @Option(
      names = "--repository",
      paramLabel = "NAME",
      description = "Only jobs of this repository.")
  private String repository;

  @Option(
      names = "--priority",
      paramLabel = "PRIORITY",
      description = "Make the job more or less urgent: low, normal or high.")
  private String priority;

  @Option(
      names = "--cancel",
      description = "End the job before it is done; with --watch wait until it has ended.")
  private boolean cancel;

  @Spec private CommandSpec spec;
  @Mixin private ServerOptions server;
  @Mixin private Output output;

  @Override
  public Integer call() throws IOException {
    if (id == null && (cancel || priority != null)) {
      throw new ParameterException(spec.commandLine(), "Name the job by its ID");
    }
    ApiClient client = server.client();
    if (id != null) {
      one(client);
    } else if (watch) {
      follow(client);
    } else {
      list(client);
    }
    return 0;
  }

  private String filter() {
    List<String> terms = new ArrayList<>();
    if (state != null) {
      terms.add("state=" + ApiClient.encode(state));
    }
    if (repository != null) {
      terms.add("repository=" + ApiClient.encode(repository));
    }
    return terms.isEmpty() ? "" : "?" + String.join("&", terms);
  }

  private void list(ApiClient client) {
    JsonNode page = client.get(PATH + filter());
    List<List<String>> rows = new ArrayList<>();
    page.path("jobs").forEach(job -> rows.add(row(job)));
    output.printTable(page, HEADING, rows);
  }

  /** Each change is a line, of JSON where that is asked for. */
  private void follow(ApiClient client) throws IOException {
    try (JobEventReader events = new JobEventReader(client.open(PATH + "/events" + filter()))) {
      for (JsonNode job = events.next(); job != null; job = events.next()) {
        if (state == null || state.equals(job.path("state").asText())) {
          output.printLine(job, String.join("  ", row(job)).strip());
        }
      }
    }
    throw new CliException("the server ended the stream of events; is it being restarted?");
  }

  private void one(ApiClient client) {
    String path = PATH + "/" + ApiClient.encode(id);
    JsonNode job = client.get(path);
    if (priority != null) {
      job = client.patch(path, Json.object().put("priority", priority));
    }
    if (cancel) {
      job = client.cancel(path);
    }
    if (watch) {
      job = JobWatch.untilEnded(client, id);
    }
    output.printTable(job, HEADING, List.of(row(job)));
    String end = job.path("state").asText();
    if (watch && !end.equals("done") && !(cancel && end.equals("cancelled"))) {
      throw new CliException("job " + id + " " + JobWatch.outcome(job));
    }
  }

  private static List<String> row(JsonNode job) {
    return List.of(
        job.path("id").asText(),
        job.path("kind").asText(),
        job.path("repository").asText(),
        job.path("cancelling").asBoolean() ? "cancelling" : job.path("state").asText(),
        progress(job),
        job.has("error")
            ? job.path("error").asText()
            : Output.shorten(job.path("result").asText()));
  }

  private static String progress(JsonNode job) {
    if (!job.path("state").asText().equals("running") || !job.has("stage")) {
      return "";
    }
    String stage = job.path("stage").asText();
    if (!job.has("percent")) {
      return stage;
    }
    String left =
        job.has("remainingSeconds") ? ", " + job.path("remainingSeconds").asText() + " s left" : "";
    return stage + " " + job.path("percent").asText() + " %" + left;
  }
}
