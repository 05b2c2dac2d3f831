package io.deltaport.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.assertj.core.groups.Tuple;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Deltas between images come by rules, and by request with the effort that is asked for. */
final class DeltaPolicyIT {
  @RegisterExtension static final WorkFolder FOLDER = new WorkFolder();

  private static List<Map<String, Object>> deltas(Registry registry) {
    Jobs.awaitIdle(registry);
    return registry
        .request()
        .get("/api/v1/deltas?repository=" + registry.repository())
        .jsonPath()
        .getList("deltas");
  }

  private static void assertDeltas(Registry registry, String... ends) {
    Tuple[] pairs = new Tuple[ends.length / 2];
    for (int i = 0; i < pairs.length; i++) {
      pairs[i] = Tuple.tuple(ends[2 * i], ends[2 * i + 1]);
    }
    assertThat(deltas(registry))
        .extracting(delta -> delta.get("from"), delta -> delta.get("to"))
        .containsExactlyInAnyOrder(pairs);
  }

  private static List<String> release(Registry registry, String tag, int count) {
    List<String> images = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      images.add(SmallImages.push(registry, tag, tag + " " + i, "amd64"));
    }
    return images;
  }

  private static void pull(Registry registry, String image, int times) {
    for (int i = 0; i < times; i++) {
      Response answer = registry.request().get(registry.path("manifests/" + image));
      assertThat(answer.statusCode()).isEqualTo(200);
    }
  }

  @Test
  void rulesSayFromWhichReleasesDeltasAreMade() throws Exception {
    try (GcServer server =
        GcServer.start(
            FOLDER.fresh().resolve("data"),
            "deltaport.deltas[0].tags",
            "none",
            "deltaport.deltas[0].from-last",
            "0",
            "deltaport.deltas[1].tags",
            "stable",
            "deltaport.deltas[1].from-last",
            "2",
            "deltaport.deltas[2].tags",
            "named",
            "deltaport.deltas[2].from-last",
            "0",
            "deltaport.deltas[2].from",
            "v1,v3*",
            "deltaport.deltas[3].tags",
            "pulled",
            "deltaport.deltas[3].from-last",
            "0",
            "deltaport.deltas[3].from-pulled",
            "2",
            "deltaport.pulls.flush-interval",
            "1s")) {
      Registry quiet = server.fresh();
      release(quiet, "none", 3);
      assertDeltas(quiet);

      Registry last = server.fresh();
      List<String> s = release(last, "stable", 4);
      assertDeltas(
          last, s.get(0), s.get(1), s.get(0), s.get(2), s.get(1), s.get(2), s.get(1), s.get(3),
          s.get(2), s.get(3));

      Registry named = server.fresh();
      String v1 = SmallImages.push(named, "v1", "first", "amd64");
      SmallImages.push(named, "v2", "second", "amd64");
      String v3 = SmallImages.push(named, "v3.1", "third", "amd64");
      String target = SmallImages.push(named, "named", "fourth", "amd64");
      assertDeltas(named, v1, target, v3, target);

      Registry pulled = server.fresh();
      List<String> p = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        p.add(SmallImages.push(pulled, "p" + i, "pulled " + i, "amd64"));
      }
      pull(pulled, p.get(0), 1);
      pull(pulled, p.get(1), 5);
      pull(pulled, p.get(3), 3);
      Await.until(
          "pulls are recorded",
          Await.PATIENCE,
          () ->
              server.number(
                      "select coalesce(sum(pulls), 0) from manifest_pull p join repository r"
                          + " on r.id = p.repository_id where r.name = '"
                          + pulled.repository()
                          + "'")
                  == 9);
      String now = SmallImages.push(pulled, "pulled", "target", "amd64");
      assertDeltas(pulled, p.get(1), now, p.get(3), now);

      // One from where the tag was is as urgent as the push, the others are not.
      List<Map<String, String>> jobs =
          last.request()
              .get("/api/v1/jobs?repository=" + last.repository())
              .jsonPath()
              .getList("jobs");
      assertThat(jobs)
          .filteredOn(job -> job.get("kind").equals("delta"))
          .extracting(job -> job.get("subject"), job -> job.get("priority"))
          .contains(
              Tuple.tuple(s.get(2) + " -> " + s.get(3), "normal"),
              Tuple.tuple(s.get(1) + " -> " + s.get(3), "low"));
    }
  }

  private static Response ask(Registry registry, String from, String to, String effort) {
    Map<String, String> body = new HashMap<>();
    body.put("repository", registry.repository());
    body.put("from", from);
    body.put("to", to);
    body.put("effort", effort);
    return registry.request().contentType("application/json").body(body).post("/api/v1/deltas");
  }

  @Test
  void whatIsTooLargeIsNotKeptUnlessSomebodyAsksForIt() throws Exception {
    try (GcServer server =
        GcServer.start(
            FOLDER.fresh().resolve("data"),
            "deltaport.deltas[0].max-ratio",
            "0.001",
            "deltaport.deltas[0].effort",
            "fast")) {
      Registry registry = server.fresh();
      Release release = Release.push(registry, Trees.small().layout(), "v1", "v2");
      assertDeltas(registry);
      String v1 = release.source().manifest();
      String v2 = release.target().manifest();
      Response asked = ask(registry, v1, v2, "fast");
      assertThat(asked.statusCode()).as(asked.asString()).isEqualTo(202);
      assertDeltas(registry, v1, v2);
      Map<String, Object> fast = deltas(registry).getFirst();
      assertThat(fast.get("effort")).isEqualTo("fast");

      // With more effort it is made again and takes the other one's place.
      assertThat(ask(registry, v1, v2, null).statusCode()).isEqualTo(200);
      Registry.assertError(ask(registry, v1, v2, "most"), 400, "UNSUPPORTED");
      JsonPath job = ask(registry, v1, v2, "max").jsonPath();
      assertThat(job.getString("effort")).isEqualTo("max");
      assertDeltas(registry, v1, v2);
      Map<String, Object> max = deltas(registry).getFirst();
      assertThat(max.get("effort")).isEqualTo("max");
      assertThat((Integer) max.get("size")).isLessThan((Integer) fast.get("size"));
      Delta delta = Delta.await(registry, v1, v2);
      assertThat(delta.digest()).isEqualTo(max.get("digest"));
      Response gone = registry.request().get(registry.path("manifests/" + fast.get("digest")));
      assertThat(gone.statusCode()).isEqualTo(404);
      assertThat(ask(registry, v1, v2, "default").statusCode()).isEqualTo(200);
    }
  }

  @Test
  void staticDeltasFollowTheSameRules() throws Exception {
    try (GcServer server =
        GcServer.start(
            FOLDER.fresh().resolve("data"),
            "deltaport.ostree.deltas[0].refs",
            "now",
            "deltaport.ostree.deltas[0].from-last",
            "0",
            "deltaport.ostree.deltas[0].from",
            "v1",
            "deltaport.ostree.deltas[0].from-pulled",
            "1",
            "deltaport.ostree.deltas[0].effort",
            "max",
            "deltaport.pulls.flush-interval",
            "1s")) {
      Registry registry = server.fresh();
      List<String> commits = new ArrayList<>();
      for (String tag : List.of("v1", "v2", "v3")) {
        String image = SmallImages.push(registry, tag, tag, "amd64");
        commits.add(SmallImages.awaitRef(registry, tag, image));
        pull(registry, tag, tag.equals("v2") ? 3 : 1);
      }
      Await.until(
          "pulls are recorded",
          Await.PATIENCE,
          () -> server.number("select coalesce(sum(pulls), 0) from manifest_pull") >= 5);
      String image = SmallImages.push(registry, "now", "now", "amd64");
      String target = SmallImages.awaitRef(registry, "now", image);
      Jobs.awaitIdle(registry);
      assertThat(StaticDelta.list(registry))
          .extracting(StaticDelta::from, StaticDelta::to)
          .containsExactlyInAnyOrder(
              Tuple.tuple(commits.get(0), target), Tuple.tuple(commits.get(1), target));
      assertThat(
              server.number(
                  "select count(*) from static_delta where effort is distinct from 'max'"))
          .isZero();
    }
  }
}
