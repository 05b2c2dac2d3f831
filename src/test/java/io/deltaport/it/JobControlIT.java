package io.deltaport.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Jobs are cancelled, hastened and watched, before they run and while they do. */
final class JobControlIT {
  private static final String PATH = "/api/v1/jobs/";

  @RegisterExtension static final WorkFolder FOLDER = new WorkFolder();

  private static JsonPath job(Registry registry, String id) {
    return registry.request().get(PATH + id).jsonPath();
  }

  private static JsonPath cancel(Registry registry, String id) {
    Response answer = registry.request().delete(PATH + id);
    assertThat(answer.statusCode()).as(answer.asString()).isEqualTo(200);
    return answer.jsonPath();
  }

  private static JsonPath awaitEnd(Registry registry, String id) {
    Await.until(
        "job " + id + " has ended",
        Await.PATIENCE,
        () -> job(registry, id).getString("ended") != null);
    return job(registry, id);
  }

  private static List<Map<String, String>> list(Registry registry) {
    return registry
        .request()
        .get("/api/v1/jobs?repository=" + registry.repository())
        .jsonPath()
        .getList("jobs");
  }

  private static String find(Registry registry, String kind, String subject) {
    return list(registry).stream()
        .filter(job -> job.get("kind").equals(kind) && job.get("subject").contains(subject))
        .map(job -> job.get("id"))
        .findFirst()
        .orElseThrow();
  }

  private static Response ask(Registry registry, String from, String to) {
    return registry
        .request()
        .contentType("application/json")
        .body(Map.of("repository", registry.repository(), "from", from, "to", to))
        .post("/api/v1/deltas");
  }

  private static List<String> push(Registry registry, int count) {
    List<String> images = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      images.add(SmallImages.push(registry, "stable", "release " + i, "amd64"));
    }
    return images;
  }

  @Test
  @SuppressWarnings("try") // What is held is only closed.
  void workThatNobodyWaitsForLeavesAThread() throws Exception {
    try (GcServer server = GcServer.start(FOLDER.fresh().resolve("data"))) {
      Registry registry = server.fresh();
      try (Connection held = new Sql(server.data()).hold("blob_recipe")) {
        List<String> images = push(registry, 2);
        Await.until(
            "both images wait for upkeep",
            Await.PATIENCE,
            () -> count(registry, "compact", "") == images.size());
        Await.until(
            "one is at it", Await.PATIENCE, () -> count(registry, "compact", "running") == 1);
        push(registry, 3);
        Await.until(
            "the third is absorbed, too",
            Await.PATIENCE,
            () -> count(registry, "absorb", "done") == 3);
        assertThat(count(registry, "compact", "running")).isEqualTo(1);
      }
      Jobs.awaitIdle(registry);
      assertThat(count(registry, "compact", "done")).isEqualTo(3);
    }
  }

  private static long count(Registry registry, String kind, String state) {
    return list(registry).stream()
        .filter(job -> job.get("kind").equals(kind) && job.get("state").contains(state))
        .count();
  }

  @Test
  @SuppressWarnings("try") // What is held is only closed.
  void whatWaitsEndsAtOnceAndWhatRunsSoon() throws Exception {
    try (GcServer server = GcServer.start(FOLDER.fresh().resolve("data"))) {
      Registry registry = server.fresh();
      List<String> images;
      String running;
      String delta;
      try (Connection held = new Sql(server.data()).hold("layer")) {
        images = push(registry, 3);
        running = find(registry, "absorb", images.get(0));
        String id = running;
        Await.until(
            "it runs",
            Await.PATIENCE,
            () -> job(registry, id).getString("state").equals("running"));
        JsonPath asked = cancel(registry, running);
        assertThat(asked.getString("state")).isEqualTo("running");
        assertThat(asked.getBoolean("cancelling")).isTrue();

        delta = find(registry, "delta", images.get(1) + " -> " + images.get(2));
        JsonPath gone = cancel(registry, delta);
        assertThat(gone.getString("state")).isEqualTo("cancelled");
        assertThat(gone.getString("error")).contains("on request");
        assertThat(gone.getString("ended")).isNotBlank();
      }
      assertThat(awaitEnd(registry, running).getString("state")).isEqualTo("cancelled");
      Jobs.awaitIdle(registry);
      assertThat(Delta.find(registry, images.get(0), images.get(1))).isPresent();
      assertThat(Delta.find(registry, images.get(1), images.get(2))).isEmpty();
      assertThat(cancel(registry, delta).getString("state")).isEqualTo("cancelled");

      // The scheduler has forgotten it; asking again is new work.
      Response again = ask(registry, images.get(1), images.get(2));
      assertThat(again.statusCode()).isEqualTo(202);
      assertThat(again.jsonPath().getString("id")).isNotEqualTo(delta);
      JsonPath done = awaitEnd(registry, again.jsonPath().getString("id"));
      assertThat(done.getString("state")).isEqualTo("done");
      assertThat(cancel(registry, done.getString("id")).getString("state")).isEqualTo("done");
    }
  }

  @Test
  void aJobThatWasToEndWhenItsServerDiedDoesNotRunAgain() throws Exception {
    Path data = FOLDER.fresh().resolve("data");
    try (GcServer server = GcServer.start(data)) {
      Registry registry = server.fresh();
      List<String> images = push(registry, 2);
      Jobs.awaitIdle(registry);
      String id = UUID.randomUUID().toString();
      server.sql(
          """
          insert into job (id, kind, repository, target, state, cancelling)
          values ('%1$s', 'absorb', '%2$s', '%3$s', 'running', true);
          insert into scheduled_tasks
            (task_name, task_instance, execution_time, picked, version, priority)
          values ('job', '%1$s', now(), false, 1, 50)"""
              .formatted(id, registry.repository(), images.get(0)));
      JsonPath ended = awaitEnd(registry, id);
      assertThat(ended.getString("state")).isEqualTo("cancelled");
      assertThat(server.number("select count(*) from scheduled_tasks where task_name = 'job'"))
          .isZero();
    }
  }

  @Test
  @SuppressWarnings("try") // What is held is only closed.
  void theMostUrgentComesFirstAndWhoWaitsIsUrgent() throws Exception {
    try (GcServer server = GcServer.start(FOLDER.fresh().resolve("data"))) {
      Registry registry = server.fresh();
      List<String> images;
      String last;
      String asked;
      try (Connection held = new Sql(server.data()).hold("layer")) {
        images = push(registry, 4);
        Response answer = ask(registry, images.get(0), images.get(3));
        asked = answer.jsonPath().getString("id");
        assertThat(answer.jsonPath().getString("priority")).isEqualTo("high");
        last = find(registry, "absorb", images.get(3));
        assertThat(job(registry, last).getString("priority")).isEqualTo("normal");
        assertThat(priority(registry, last, "low").jsonPath().getString("priority"))
            .isEqualTo("low");
        Registry.assertError(priority(registry, last, "at once"), 400, "UNSUPPORTED");
        Registry.assertError(
            priority(registry, UUID.randomUUID().toString(), "low"), 404, "NAME_UNKNOWN");
        // A rule's job that somebody asks for as well becomes as urgent.
        String joined = ask(registry, images.get(2), images.get(3)).jsonPath().getString("id");
        assertThat(joined)
            .isEqualTo(find(registry, "delta", images.get(2) + " -> " + images.get(3)));
        assertThat(job(registry, joined).getString("priority")).isEqualTo("high");
      }
      Jobs.awaitIdle(registry);
      // One or two may have been on their way to the scheduler's threads already.
      String usual = find(registry, "delta", images.get(1) + " -> " + images.get(2));
      assertThat(started(registry, usual)).isAfterOrEqualTo(started(registry, asked));
      assertThat(list(registry))
          .filteredOn(job -> List.of("absorb", "delta").contains(job.get("kind")))
          .filteredOn(job -> Instant.parse(job.get("started")).isAfter(started(registry, last)))
          .hasSizeLessThan(2);
    }
  }

  private static Response priority(Registry registry, String id, String priority) {
    return registry
        .request()
        .contentType("application/json")
        .body(Map.of("priority", priority))
        .patch(PATH + id);
  }

  private static Instant started(Registry registry, String id) {
    return Instant.parse(job(registry, id).getString("started"));
  }

  @Test
  void whatIsNoJobIsNamed() {
    Registry registry = Registry.fresh();
    Registry.assertError(registry.request().delete(PATH + UUID.randomUUID()), 404, "NAME_UNKNOWN");
    Registry.assertError(registry.request().delete(PATH + "x"), 404, "NAME_UNKNOWN");
    Registry.assertError(registry.request().get(PATH + "x/events"), 404, "NAME_UNKNOWN");
    Registry.assertError(
        registry.request().get(PATH + UUID.randomUUID() + "/events"), 404, "NAME_UNKNOWN");
  }
}
