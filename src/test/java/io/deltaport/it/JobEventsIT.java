package io.deltaport.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.restassured.path.json.JsonPath;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Jobs are watched as server-sent events, by programs and with the tool. */
final class JobEventsIT {
  @RegisterExtension static final WorkFolder FOLDER = new WorkFolder();

  /** Reads events as any client of server-sent events does. */
  private static final class Events implements AutoCloseable {
    private final BufferedReader lines;

    Events(Registry registry, String path) throws Exception {
      HttpResponse<InputStream> response =
          HttpClient.newHttpClient()
              .send(
                  HttpRequest.newBuilder(URI.create(registry.server().url() + path)).build(),
                  BodyHandlers.ofInputStream());
      assertThat(response.statusCode()).isEqualTo(200);
      assertThat(response.headers().firstValue("Content-Type").orElse(""))
          .startsWith("text/event-stream");
      lines = new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8));
    }

    /** Returns the next job, or null at the end. */
    JsonPath next() throws IOException {
      String name = null;
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (line.startsWith("event:")) {
          name = line.substring("event:".length()).strip();
        } else if (line.startsWith("data:")) {
          assertThat(name).isEqualTo("job");
          return JsonPath.from(line.substring("data:".length()));
        }
      }
      return null;
    }

    @Override
    public void close() throws IOException {
      lines.close();
    }
  }

  private static List<JsonPath> untilEnd(Events events) throws IOException {
    List<JsonPath> jobs = new ArrayList<>();
    for (JsonPath job = events.next(); job != null; job = events.next()) {
      jobs.add(job);
    }
    return jobs;
  }

  @Test
  @SuppressWarnings("try") // What is held is only closed.
  void aJobIsFollowedToItsEnd() throws Exception {
    try (GcServer server = GcServer.start(FOLDER.fresh().resolve("data"))) {
      Registry registry = server.fresh();
      String id;
      List<JsonPath> seen;
      try (Connection held = new Sql(server.data()).hold("layer")) {
        String image = SmallImages.push(registry, "stable", "watched", "amd64");
        id =
            registry
                .request()
                .get("/api/v1/jobs?repository=" + registry.repository())
                .jsonPath()
                .getString("jobs.find { it.kind == 'absorb' }.id");
        Events events = new Events(registry, "/api/v1/jobs/" + id + "/events");
        JsonPath first = events.next();
        assertThat(first.getString("id")).isEqualTo(id);
        assertThat(first.getString("state")).isIn("queued", "running");
        assertThat(first.getString("subject")).isEqualTo(image);
        held.close();
        seen = untilEnd(events);
      }
      assertThat(seen).isNotEmpty().allMatch(job -> job.getString("id").equals(id));
      assertThat(seen.getLast().getString("state")).isEqualTo("done");
      // Of one that has ended there is one event.
      List<JsonPath> again = untilEnd(new Events(registry, "/api/v1/jobs/" + id + "/events"));
      assertThat(again).extracting(job -> job.getString("state")).containsExactly("done");
    }
  }

  @Test
  void allJobsOfARepositoryAreTold() throws Exception {
    Registry other = Registry.fresh();
    Registry registry = Registry.fresh();
    try (Events events =
        new Events(registry, "/api/v1/jobs/events?repository=" + registry.repository())) {
      SmallImages.push(other, "stable", "not watched", "amd64");
      String image = SmallImages.push(registry, "stable", "watched too", "amd64");
      JsonPath job = events.next();
      while (!job.getString("state").equals("done")) {
        assertThat(job.getString("repository")).isEqualTo(registry.repository());
        job = events.next();
      }
      assertThat(job.getString("subject")).isEqualTo(image);
    }
  }

  @Test
  void theToolFollowsCancelsAndHastens() throws Exception {
    Registry registry = Registry.fresh();
    Map<String, String> environment = Map.of("DELTAPORT_URL", registry.server().url());
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of("deltaport").toAbsolutePath().toString(),
            "jobs",
            "--watch",
            "--json",
            "--repository",
            registry.repository());
    builder.environment().putAll(environment);
    Process watching = builder.redirectErrorStream(true).start();
    try (BufferedReader lines = watching.inputReader(StandardCharsets.UTF_8)) {
      CompletableFuture<String> done =
          CompletableFuture.supplyAsync(
              () ->
                  lines
                      .lines()
                      .filter(line -> line.contains("\"done\""))
                      .findFirst()
                      .orElse("no job was done"));
      // The tool may begin to watch after any of these: one of them comes later.
      for (int i = 0; !done.isDone(); i++) {
        SmallImages.push(registry, "stable", "release " + i, "amd64");
        Jobs.awaitIdle(registry);
      }
      assertThat(JsonPath.from(done.join()).getString("repository"))
          .isEqualTo(registry.repository());
    } finally {
      watching.destroy();
    }
    String id =
        registry
            .request()
            .get("/api/v1/jobs?repository=" + registry.repository())
            .jsonPath()
            .getString("jobs[0].id");
    Jobs.awaitIdle(registry);
    assertThat(tool(registry, "jobs", id, "--cancel", "--priority", "low")).contains("done");
    assertThat(tool(registry, "jobs", "--repository", registry.repository())).contains(id);
  }

  private static String tool(Registry registry, Object... arguments) {
    return Command.program(Path.of("deltaport").toAbsolutePath().toString(), arguments)
        .env("DELTAPORT_URL", registry.server().url())
        .ok();
  }
}
