package io.deltaport.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.deltaport.it.Damager.Kind;
import io.deltaport.oci.Digest;
import io.restassured.response.Response;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Damages the files of a real image behind a running server; {@code -Ddeltaport.damages=1000} for
 * the long form.
 */
final class ScrubIT {
  private static final int DAMAGES = Integer.getInteger("deltaport.damages", 30);

  /** Files that are damaged at once: some of each kind, and enough others stay whole. */
  private static final int ROUND_MAX = Math.max(20, DAMAGES / 5);

  /** Blobs beside those of the images, so that there is enough to damage. */
  private static final List<byte[]> SMALL =
      IntStream.range(0, ROUND_MAX).mapToObj(ScrubIT::smallBlob).toList();

  private static final int CLEAN = 0;
  private static final int REPAIRED = 3;
  private static final int DAMAGED = 4;

  @RegisterExtension static final WorkFolder FOLDER = new WorkFolder();

  private static Path data;
  private static ServerProcess server;
  private static Layout layout;
  private static Registry registry;

  private final long seed = Long.getLong("deltaport.seed", System.nanoTime());
  private final Random random = new Random(seed);
  private final Damager damager = new Damager(data, random);

  @BeforeAll
  static void pushRelease() throws IOException {
    data = FOLDER.fresh().resolve("data");
    layout = ScrubImages.build(FOLDER.fresh());
    server = start();
    registry = new Registry(server, "scrub/os");
    pushAll();
    Jobs.awaitIdle(registry);
  }

  /** Files that are gone cannot be damaged: what is cold is another test's. */
  private static ServerProcess start() throws IOException {
    return ServerLaunch.on(data).setting("deltaport.blob.keep-raw", true).start();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static byte[] smallBlob(int seed) {
    byte[] content = new byte[1 + 300 * seed];
    new Random(seed).nextBytes(content);
    return content;
  }

  private static void pushAll() {
    SMALL.forEach(registry::pushBlob);
    for (String tag : ScrubImages.TAGS) {
      Skopeo.push(layout, tag, server, registry.repository() + ":" + tag);
    }
    Skopeo.push(layout, "v1", server, registry.repository() + ":stable");
    Skopeo.push(layout, "v2", server, registry.repository() + ":stable");
  }

  @Test
  void everyDamageIsNamedAndHealed() throws IOException {
    assertThat(ScrubReport.of(server).status()).as(server.log()).isEqualTo(CLEAN);
    for (int done = 0, round = 1; done < DAMAGES; round++) {
      Map<String, Map<String, Kind>> damages = new HashMap<>();
      int left = Math.min(ROUND_MAX, DAMAGES - done);
      // Blobs are few and large; packs and recipes fewer still.
      damages.put("pack", damager.damage("packs", Math.min(2, left)));
      damages.put("recipe", damager.damage("recipes", Math.min(2, left)));
      damages.put("blob", damager.damage("blobs", left - 4));
      done += damages.values().stream().mapToInt(Map::size).sum();
      System.out.printf("scrub round %d (seed %d): %d damages so far%n", round, seed, done);

      ScrubReport report = ScrubReport.of(server);
      assertAllNamed(damages, report);
      assertNothingIsServedWrong(report);
      assertHealedByAPush();
      assertEverythingIsServed();
    }
  }

  /** A pass that was on its way when the push came may have met the last of the damage. */
  private static void assertHealedByAPush() {
    pushAll();
    Jobs.awaitIdle(registry);
    ScrubReport report = ScrubReport.of(server);
    for (int i = 0; i < 2 && report.status() != CLEAN; i++) {
      report = ScrubReport.of(server);
    }
    assertThat(report.status()).as("%s%n%s", report, server.log()).isEqualTo(CLEAN);
  }

  private static void assertAllNamed(Map<String, Map<String, Kind>> damages, ScrubReport report) {
    damages.forEach(
        (kind, files) ->
            files.forEach(
                (name, damage) -> {
                  JsonNode finding =
                      report
                          .finding(kind, name)
                          .orElseThrow(() -> new AssertionError("not found: " + kind + " " + name));
                  assertThat(finding.path("damage").asText()).as(name).isEqualTo(damage.word());
                }));
    boolean open = false;
    for (JsonNode finding : report.findings()) {
      open |= !finding.has("settled");
      assertThat(finding.path("outcome").asText()).as("%s", finding).isNotEqualTo("repairing");
    }
    assertThat(report.status()).isEqualTo(open ? DAMAGED : REPAIRED);
  }

  /** Whatever the server gives out with 200 is right; what awaits a push is absent to everyone. */
  private static void assertNothingIsServedWrong(ScrubReport report) {
    for (String digest : blobs()) {
      Response response = registry.request().get(registry.path("blobs/" + digest));
      boolean awaits =
          report.finding("blob", digest).filter(finding -> !finding.has("settled")).isPresent();
      if (awaits) {
        Registry.assertError(response, 404, "BLOB_UNKNOWN");
        assertThat(registry.request().head(registry.path("blobs/" + digest)).statusCode())
            .isEqualTo(404);
      } else {
        assertThat(response.statusCode()).as(digest).isEqualTo(200);
        assertThat(Digest.sha256(response.asByteArray())).hasToString(digest);
      }
    }
  }

  private static void assertEverythingIsServed() {
    for (String tag : ScrubImages.TAGS) {
      Path copy = FOLDER.fresh();
      Skopeo.pull(server, registry.repository() + ":" + tag, copy);
      WorkFolder.delete(copy);
    }
    assertThat(Delta.await(registry, manifest("v1"), manifest("v2")).digest()).isNotNull();
  }

  private static String manifest(String tag) {
    return layout.image(tag).manifest();
  }

  private static Set<String> blobs() {
    Set<String> blobs = new HashSet<>();
    ScrubImages.TAGS.forEach(tag -> blobs.addAll(layout.image(tag).blobs()));
    SMALL.forEach(content -> blobs.add(Digest.sha256(content).toString()));
    return blobs;
  }

  @Test
  void aPlainLayerIsMadeAgainFromItsRecipe() throws IOException {
    String layer = layout.image("plain").layers().getFirst();
    damager.damage(blobFile(layer), Kind.ZERO_HALF);
    ScrubReport report = ScrubReport.of(server);
    assertThat(report.status()).as("%s", report).isEqualTo(REPAIRED);
    JsonNode finding = report.finding("blob", layer).orElseThrow();
    assertThat(finding.path("outcome").asText()).isEqualTo("repaired");
    assertThat(Layout.sha256(blobFile(layer))).isEqualTo(layer);
    assertThat(data.resolve(finding.path("quarantine").asText())).exists();
  }

  @Test
  void aReaderThatMeetsAShortFileReportsIt() throws IOException {
    String config = layout.image("v1").config();
    damager.damage(blobFile(config), Kind.CUT);
    Registry.assertError(
        registry.request().get(registry.path("blobs/" + config)), 404, "BLOB_UNKNOWN");
    Await.until(
        "the reader's report was looked into",
        Await.PATIENCE,
        () ->
            registry
                .request()
                .get("/api/v1/scrub/findings")
                .jsonPath()
                .getList("findings.name")
                .contains(config));
    assertHealedByAPush();
  }

  @Test
  void alteredManifestsAreFoundAndNeverServed() throws Exception {
    String digest = manifest("v1-layers");
    new Sql(data)
        .run("update manifest set content = content || '\\x20'::bytea where digest = ?", digest);
    ScrubReport report = ScrubReport.of(server);
    JsonNode finding = report.finding("manifest", digest).orElseThrow();
    assertThat(finding.path("repository").asText()).isEqualTo(registry.repository());
    assertThat(report.status()).isEqualTo(DAMAGED);
    for (String reference : List.of(digest, "v1-layers")) {
      Registry.assertError(
          registry.request().get(registry.path("manifests/" + reference)), 404, "MANIFEST_UNKNOWN");
    }
    assertHealedByAPush();
    assertThat(registry.request().get(registry.path("manifests/" + digest)).statusCode())
        .isEqualTo(200);
  }

  @Test
  void aFileWithoutARowIsToldButNoDamage() throws IOException {
    Path stray = data.resolve("blobs/sha256/00/" + "0".repeat(64));
    Files.createDirectories(stray.getParent());
    Files.writeString(stray, "left behind");
    Files.setLastModifiedTime(stray, java.nio.file.attribute.FileTime.fromMillis(0));
    ScrubReport report = ScrubReport.of(server);
    assertThat(report.status()).isEqualTo(CLEAN);
    assertThat(report.run().path("unreferencedFiles").asInt()).isEqualTo(1);
    assertThat(report.run().path("unreferencedBytes").asInt()).isEqualTo(11);
    Files.delete(stray);
  }

  @Test
  void aFolderWithoutAServerIsScrubbedToo() throws IOException {
    String layer = layout.image("plain").layers().getFirst();
    server.close();
    try {
      assertThat(ScrubReport.offline(data).status()).isEqualTo(CLEAN);
      damager.damage(blobFile(layer), Kind.CUT);
      ScrubReport report = ScrubReport.offline(data);
      assertThat(report.status()).as("%s", report).isEqualTo(REPAIRED);
      assertThat(Layout.sha256(blobFile(layer))).isEqualTo(layer);
    } finally {
      server = start();
      registry = new Registry(server, registry.repository());
    }
  }

  @Test
  void metricsTellWhatWasFoundWithoutNames() throws IOException {
    for (String path :
        List.of("/v2/marker/manifests/none", "/v2/marker//x", "/marker", "/v2/marker/x/y")) {
      assertThat(registry.request().get(path).statusCode()).isBetween(400, 404);
    }
    damager.damage(blobFile(layout.image("plain").layers().getFirst()), Kind.REMOVE);
    assertThat(ScrubReport.of(server).status()).isEqualTo(REPAIRED);
    List<String> lines = registry.request().get("/metrics").asString().lines().toList();
    assertThat(lines)
        .anyMatch(line -> line.startsWith("deltaport_scrub_findings_total{damage=\"missing\""))
        .anyMatch(line -> line.matches("deltaport_scrub_read_bytes_total [0-9.E]+"))
        .anyMatch(line -> line.startsWith("deltaport_scrub_last_success_timestamp_seconds "))
        .anyMatch(line -> line.startsWith("http_server_requests_seconds_count{"))
        .noneMatch(line -> line.contains(registry.repository()) || line.contains("sha256"))
        .noneMatch(line -> line.contains("marker"));
  }

  private static Path blobFile(String digest) {
    String hex = digest.substring("sha256:".length());
    return data.resolve("blobs/sha256/" + hex.substring(0, 2) + "/" + hex);
  }
}
