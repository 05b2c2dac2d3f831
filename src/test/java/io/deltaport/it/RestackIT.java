package io.deltaport.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.restassured.response.Response;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A tag that is followed by images of old layers and one of changes, and real clients of it. */
final class RestackIT {
  @RegisterExtension static final WorkFolder FOLDER = new WorkFolder();

  private static ServerProcess server;

  private final Registry registry = new Registry(server, "t/" + UUID.randomUUID());
  private final Layout layout = Trees.small().layout();
  private final RestackedTag tag = new RestackedTag(registry, layout);

  @BeforeAll
  static void start() throws IOException {
    server =
        ServerLaunch.on(FOLDER.fresh().resolve("data"))
            .setting("deltaport.restack[0].tags", "stable,also")
            .setting("deltaport.restack[0].max-steps", 2)
            .setting("deltaport.restack[1].tags", "gzip")
            .setting("deltaport.restack[1].suffix", "-small")
            .setting("deltaport.restack[1].compression", "gzip")
            .start();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  void aRestackedTagHasTheSameTreesAndBeginsAnewAfterSomeSteps() {
    Path storage = FOLDER.fresh().resolve("storage");
    JsonNode whole = tag.move("stable", "v1-layers", "stable-incremental");
    assertThat(RestackedTag.layerDigests(whole)).isEqualTo(layout.image("v1-layers").layers());

    JsonNode first = tag.move("stable", "v2-layers", "stable-incremental");
    List<String> layers = RestackedTag.layerDigests(first);
    assertThat(layers).startsWith(layout.image("v1-layers").layers().toArray(String[]::new));
    assertThat(layers).hasSize(layout.image("v1-layers").layers().size() + 1);
    assertThat(first.path("layers").path(layers.size() - 1).path("size").asLong())
        .isLessThan(layout.image("v2-layers").layers().stream().mapToLong(layout::size).sum() / 2);
    assertThat(tag.tree(storage, "stable-incremental")).isEqualTo(tag.tree(storage, "stable"));

    assertPlanned(first);

    JsonNode second = tag.move("stable", "v1-layers", "stable-incremental");
    assertThat(RestackedTag.layerDigests(second)).hasSize(layers.size() + 1);
    assertThat(tag.tree(storage, "stable-incremental")).isEqualTo(tag.tree(storage, "stable"));

    JsonNode anew = tag.move("stable", "v2-layers", "stable-incremental");
    assertThat(RestackedTag.layerDigests(anew)).isEqualTo(layout.image("v2-layers").layers());
  }

  private void assertPlanned(JsonNode restacked) {
    Response plan =
        registry
            .request()
            .queryParam("repository", registry.repository())
            .queryParam("from", layout.image("v1-layers").manifest())
            .queryParam("to", "stable")
            .get("/api/v1/updates");
    List<String> steps =
        plan.jsonPath().getList("ways.find { it.kind == 'restacked' }.steps.name", String.class);
    assertThat(steps)
        .as(plan.asString())
        .contains(
            RestackedTag.layerDigests(restacked).getLast(),
            restacked.path("config").path("digest").asText())
        .hasSize(3);
  }

  @Test
  void tagsOfOneImageAreAllFollowedHoweverQuicklyTheyMove() {
    for (String name : List.of("stable", "also", "gzip")) {
      Skopeo.push(layout, "v1", server, registry.repository() + ":" + name);
    }
    Jobs.awaitIdle(registry);
    // The first is at work when the others come.
    for (String name : List.of("stable", "also", "gzip", "also", "stable")) {
      Skopeo.push(layout, "v2", server, registry.repository() + ":" + name);
    }
    Jobs.awaitIdle(registry);
    for (String name : List.of("stable-incremental", "also-incremental", "gzip-small")) {
      assertThat(RestackedTag.original(tag.manifest(name).orElseThrow()))
          .as(name)
          .isEqualTo(layout.image("v2").manifest());
    }
  }

  @Test
  void gzipAndAnotherSuffixCanBeHad() {
    Path storage = FOLDER.fresh().resolve("storage");
    tag.move("gzip", "v1", "gzip-small");
    JsonNode restacked = tag.move("gzip", "v2", "gzip-small");

    assertThat(restacked.path("layers").path(1).path("mediaType").asText()).endsWith("+gzip");
    assertThat(tag.tree(storage, "gzip-small")).isEqualTo(tag.tree(storage, "gzip"));
    assertThat(tag.manifest("gzip-small-small")).isEmpty();
    assertThat(tag.manifest("gzip-incremental")).isEmpty();
  }

  private String index(String amd64, String arm64) {
    return registry.pushManifest(
        "stable",
        Registry.INDEX,
        """
        {"schemaVersion":2,"mediaType":"%s","manifests":[%s,%s]}"""
            .formatted(Registry.INDEX, child(amd64, "amd64"), child(arm64, "arm64")));
  }

  private String child(String image, String architecture) {
    String digest = layout.image(image).manifest();
    return """
        {"mediaType":"%s","digest":"%s","size":%d,"platform":{"os":"linux","architecture":"%s"}}"""
        .formatted(Registry.MANIFEST, digest, layout.size(digest), architecture);
  }

  private JsonNode awaitIndex(String original) {
    return Await.value(
        "the restacked index follows",
        Await.PATIENCE,
        () ->
            tag.manifest("stable-incremental")
                .filter(index -> original.equals(RestackedTag.original(index))));
  }

  @Test
  void eachPlatformOfAnIndexIsRestacked() {
    Path storage = FOLDER.fresh().resolve("storage");
    Skopeo.push(layout, "v1", server, registry.repository() + ":one");
    Skopeo.push(layout, "v2", server, registry.repository() + ":two");
    index("v1", "v2");
    Jobs.awaitIdle(registry);
    assertThat(tag.manifest("stable-incremental")).isEqualTo(tag.manifest("stable"));

    // The other platform's image stays as it is, and so does its restacked one.
    String original = index("v2", "v2");
    JsonNode index = awaitIndex(original);
    JsonNode amd64 = index.path("manifests").path(0);
    JsonNode restacked = tag.manifest(amd64.path("digest").asText()).orElseThrow();
    assertThat(RestackedTag.original(restacked)).isEqualTo(layout.image("v2").manifest());
    assertThat(RestackedTag.layerDigests(restacked))
        .startsWith(layout.image("v1").layers().getFirst());
    assertThat(amd64.path("platform").path("architecture").asText()).isEqualTo("amd64");
    assertThat(index.path("manifests").path(1).path("digest").asText())
        .isEqualTo(layout.image("v2").manifest());
    assertThat(tag.tree(storage, "stable-incremental")).isEqualTo(tag.tree(storage, "stable"));
  }
}
