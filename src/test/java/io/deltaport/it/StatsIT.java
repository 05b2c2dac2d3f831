package io.deltaport.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Statistics of two real releases, compared with their layout, the disk and {@code ostree diff}.
 */
final class StatsIT {
  private static final String STATS = "/api/v1/stats";
  private static final String RELEASES = STATS + "/releases";

  @RegisterExtension static final WorkFolder FOLDER = new WorkFolder();

  private static GcServer server;
  private static Registry registry;
  private static Layout layout;
  private static String before;
  private static String after;

  @BeforeAll
  static void pushReleases() throws IOException {
    Clients.require("ostree");
    layout = Trees.small().layout();
    server =
        GcServer.start(
            FOLDER.fresh().resolve("data"),
            "deltaport.stats.interval",
            "1s",
            "deltaport.ostree.warm-up",
            "0");
    registry = new Registry(server.process(), "stats/os");
    OstreeRemote remote = OstreeRemote.of(registry);
    before = remote.release(layout, "v1", "stable");
    Skopeo.push(layout, "v1", server.process(), registry.repository() + ":old");
    after = remote.release(layout, "v2", "stable");
    Jobs.awaitIdle(registry);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static JsonPath get(String path) {
    Response answer = registry.request().get(path);
    assertThat(answer.statusCode()).as(answer.asString()).isEqualTo(200);
    return answer.jsonPath();
  }

  /** Returns the sums of a time when nothing changed any more. */
  private static JsonPath measured() {
    String first = get(STATS).getString("measuredAt");
    return Await.value(
        "it was measured again",
        Await.PATIENCE,
        () -> Optional.of(get(STATS)).filter(s -> !s.getString("measuredAt").equals(first)));
  }

  private static long imageBytes(String tag) {
    Layout.Image image = layout.image(tag);
    return layout.size(image.manifest()) + image.blobs().stream().mapToLong(layout::size).sum();
  }

  private static long disk(String folder) {
    return server.files(folder).values().stream().mapToLong(Long::longValue).sum();
  }

  @Test
  void sumsAreThoseOfTheImagesAndOfTheDisk() {
    JsonPath stats = measured();
    long images = imageBytes("v1") + imageBytes("v2");
    assertThat(stats.getInt("logical.tags")).isEqualTo(2);
    assertThat(stats.getInt("logical.images")).isEqualTo(2);
    assertThat(stats.getLong("logical.imageBytes")).isEqualTo(images);
    // The two have no blob in common.
    assertThat(stats.getLong("logical.blobBytes")).isEqualTo(images);
    assertThat(stats.getLong("stored.blobs")).isEqualTo(disk("blobs"));
    assertThat(stats.getLong("stored.packs")).isEqualTo(disk("packs"));
    assertThat(stats.getLong("stored.recipes")).isEqualTo(disk("recipes") + disk("blob-recipes"));
    assertThat(stats.getLong("stored.deltas")).isPositive();
    assertThat(stats.getLong("stored.caches.patches"))
        .isGreaterThanOrEqualTo(disk("cache/patches"));
    assertThat(stats.getLong("stored.database"))
        .isBetween(disk("postgres") / 2, 2 * disk("postgres"));
    long total = stats.getLong("stored.total");
    assertThat(total)
        .isEqualTo(
            stats.getLong("stored.blobs")
                + stats.getLong("stored.packs")
                + stats.getLong("stored.recipes")
                + stats.getLong("stored.database")
                + stats.getMap("stored.caches", String.class, Long.class).values().stream()
                    .mapToLong(Long::longValue)
                    .sum());
    assertThat(stats.getLong("saved")).isEqualTo(images - total);

    JsonPath one = get(STATS + "/repositories?repository=" + registry.repository());
    assertThat(one.getList("repositories")).hasSize(1);
    assertThat(one.getLong("repositories[0].imageBytes")).isEqualTo(images);
    assertThat(one.getInt("repositories[0].tags")).isEqualTo(2);
  }

  @Test
  void repositoriesComePageByPage() {
    List<String> names = new ArrayList<>(List.of(registry.repository()));
    for (int i = 0; i < 3; i++) {
      Registry more = server.fresh();
      more.pushArtifact("latest", "application/vnd.example");
      names.add(more.repository());
    }
    String[] next = {""};
    Set<String> listed = new LinkedHashSet<>();
    Await.until(
        "all were measured",
        Await.PATIENCE,
        () -> {
          listed.clear();
          next[0] = "";
          do {
            JsonPath page = get(STATS + "/repositories?n=2&last=" + next[0]);
            assertThat(page.getList("repositories").size()).isLessThanOrEqualTo(2);
            listed.addAll(page.getList("repositories.name"));
            next[0] = page.getString("next");
          } while (next[0] != null);
          return listed.containsAll(names);
        });
    assertThat(new ArrayList<>(listed)).isSorted();
    for (String name : names.subList(1, names.size())) {
      registry.request().delete("/v2/" + name + "/manifests/latest");
    }
  }

  @Test
  void aReleaseAddedWhatOstreeSays() {
    JsonPath release = release("reference=stable");
    assertThat(release.getString("former")).isEqualTo(layout.image("v1").manifest());
    assertThat(release.getString("formerBy")).isEqualTo("tag");
    assertThat(release.getLong("imageBytes")).isEqualTo(imageBytes("v2"));
    assertThat(release.getInt("newBlobs")).isEqualTo(2);
    Map<String, String> told = new HashMap<>();
    List<Map<String, Object>> files = release.getList("files");
    files.forEach(file -> told.put((String) file.get("path"), (String) file.get("change")));
    assertThat(told).isEqualTo(ostreeDiff());
    assertThat(files)
        .isSortedAccordingTo((a, b) -> Long.compare(weight(b), weight(a)))
        .anySatisfy(file -> assertThat(((Number) file.get("stored")).longValue()).isPositive());
    assertThat(release.getLong("objects.changed"))
        .isEqualTo(told.values().stream().filter("changed"::equals).count());
    assertThat(release.getLong("objects.storedBytes"))
        .isBetween(1L, release.getLong("objects.newBytes"));
  }

  private static JsonPath release(String query) {
    return get(RELEASES + "?repository=" + registry.repository() + "&" + query);
  }

  private static long weight(Map<String, Object> file) {
    String size = "removed".equals(file.get("change")) ? "formerBytes" : "bytes";
    return ((Number) file.get(size)).longValue();
  }

  /** Returns what stock ostree says of files; it names folders, too, which have no object here. */
  private static Map<String, String> ostreeDiff() {
    OstreeRepo repo = OstreeRepo.init(FOLDER.fresh().resolve("repo"), "archive");
    repo.remote("origin", OstreeRemote.of(registry).url());
    repo.ostree("pull", "origin", before).ok();
    repo.ostree("pull", "origin", after).ok();
    Map<String, String> changes = new HashMap<>();
    for (String line : repo.ostree("diff", before, after).ok().lines().toList()) {
      String path = line.substring(1).strip();
      String in = line.startsWith("D") ? before : after;
      if (!repo.ostree("ls", in, path).ok().startsWith("d")) {
        String word = line.startsWith("D") ? "removed" : line.startsWith("A") ? "added" : "changed";
        changes.put(path.substring(1), word);
      }
    }
    return changes;
  }

  @Test
  void filesComePageByPageInAFixedOrder() {
    List<String> whole = release("reference=stable").getList("files.path");
    List<String> paged = new ArrayList<>();
    String next = "0";
    while (next != null) {
      JsonPath page = release("reference=stable&n=7&last=" + next);
      paged.addAll(page.getList("files.path"));
      next = page.getString("next");
    }
    assertThat(paged).isEqualTo(whole);
    assertThat(release("reference=stable&last=999999999").getList("files")).isEmpty();
  }

  @Test
  void theFirstReleaseIsAllNewAndTheWayBackCanBeAsked() {
    JsonPath first = release("reference=old");
    assertThat(first.getString("former")).isNull();
    assertThat(first.getLong("objects.removed") + first.getLong("objects.changed")).isZero();
    assertThat(first.getLong("objects.newBytes")).isGreaterThan(imageBytes("v1"));
    JsonPath back = release("reference=old&from=stable");
    assertThat(back.getString("formerBy")).isEqualTo("request");
    assertThat(back.getLong("objects.changed"))
        .isEqualTo(release("reference=stable").getLong("objects.changed"));
    JsonPath same = release("reference=old&from=" + layout.image("v1").manifest());
    assertThat(same.getList("files")).isEmpty();
    assertThat(same.getLong("objects.newBytes")).isZero();
  }

  @Test
  void anImageWithoutATreeSaysWhy() {
    Registry other = server.fresh();
    SmallImages.push(other, "noise", "no tar".getBytes(StandardCharsets.UTF_8), "amd64");
    Jobs.awaitIdle(other);
    JsonPath release = get(RELEASES + "?repository=" + other.repository() + "&reference=noise");
    assertThat(release.getString("reason")).contains("has no tree");
    assertThat(release.getInt("newBlobs")).isEqualTo(2);
    assertThat(release.getList("files")).isEmpty();
    registry.request().delete("/v2/" + other.repository() + "/manifests/noise");
  }

  @Test
  void badQuestionsGetAReason() {
    String here = RELEASES + "?repository=" + registry.repository();
    for (String path :
        List.of(
            RELEASES,
            here,
            here + "&reference=stable&n=0",
            here + "&reference=stable&last=-1",
            here + "&reference=stable&last=x",
            RELEASES + "?repository=..&reference=stable",
            STATS + "/repositories?n=x",
            STATS + "/repositories?repository=%2e%2e")) {
      assertThat(registry.request().urlEncodingEnabled(false).get(path).statusCode())
          .as(path)
          .isEqualTo(400);
    }
    for (String path :
        List.of(
            here + "&reference=none",
            here + "&reference=stable&from=none",
            RELEASES + "?repository=none&reference=stable")) {
      assertThat(registry.request().get(path).statusCode()).as(path).isEqualTo(404);
    }
  }

  @Test
  void metricsTellTheSums() {
    JsonPath stats = measured();
    Await.until(
        "the metrics show what was measured",
        Await.PATIENCE,
        () ->
            registry
                .request()
                .get("/metrics")
                .asString()
                .lines()
                .filter(line -> line.startsWith("deltaport_storage_stored_bytes{kind=\"packs\"}"))
                .anyMatch(
                    line ->
                        (long) Double.parseDouble(line.substring(line.indexOf(' ')))
                            == stats.getLong("stored.packs")));
    assertThat(registry.request().get("/metrics").asString())
        .contains("deltaport_storage_logical_bytes{kind=\"blobs\"}")
        .contains("deltaport_storage_saved_bytes ")
        .contains("deltaport_storage_measured_timestamp_seconds ");
  }

  @Test
  void theToolShowsAllOfIt() {
    assertThat(tool().ok()).contains("packs of objects").contains("saved");
    assertThat(JsonPath.from(tool("--json").ok()).getLong("stored.packs")).isPositive();
    assertThat(tool(registry.repository()).ok()).contains(registry.repository());
    String image = registry.repository() + ":stable";
    String largest = release("reference=stable").getString("files[0].path");
    assertThat(tool(image, "--files", 1).ok()).contains(largest).contains("new objects");
    assertThat(JsonPath.from(tool(image, "--from", "stable", "--json").ok()).getList("files"))
        .isEmpty();
    assertThat(tool(registry.repository() + ":none").run().status()).isEqualTo(1);
  }

  private static Command tool(Object... more) {
    return Command.program(Path.of("deltaport").toAbsolutePath().toString(), "stats")
        .with("--server", server.process().url())
        .with(more);
  }
}
