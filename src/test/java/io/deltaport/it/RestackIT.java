package io.deltaport.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.restassured.response.Response;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A tag that is followed by images of old layers and one of changes, and real clients of it. */
final class RestackIT {
  private static final String ORIGINAL = "io.deltaport.restacked.original";
  private static final ObjectMapper JSON = new ObjectMapper();

  @RegisterExtension static final WorkFolder FOLDER = new WorkFolder();

  private static ServerProcess server;

  private final Registry registry = new Registry(server, "t/" + UUID.randomUUID());
  private final Layout layout = Trees.small().layout();

  @BeforeAll
  static void start() throws IOException {
    server =
        ServerLaunch.on(FOLDER.fresh().resolve("data"))
            .setting("deltaport.restack[0].tags", "stable")
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

  private Optional<JsonNode> manifest(String tag) {
    Response response = registry.request().get(registry.path("manifests/" + tag));
    try {
      return response.statusCode() == 200
          ? Optional.of(JSON.readTree(response.asByteArray()))
          : Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Moves a tag, and waits until the restacked one is the same image. */
  private JsonNode move(String tag, String image, String restacked) {
    Skopeo.push(layout, image, server, registry.repository() + ":" + tag);
    String digest = layout.image(image).manifest();
    return Await.value(
        restacked + " follows",
        Await.PATIENCE,
        () ->
            manifest(restacked)
                .filter(
                    manifest ->
                        digest.equals(manifest.path("annotations").path(ORIGINAL).asText())
                            || layerDigests(manifest).equals(layout.image(image).layers())));
  }

  private static List<String> layerDigests(JsonNode manifest) {
    return StreamSupport.stream(manifest.path("layers").spliterator(), false)
        .map(layer -> layer.path("digest").asText())
        .toList();
  }

  /** Lists the tree of an image as podman has it. */
  private List<String> tree(Path storage, String tag) {
    String name = server.host() + "/" + registry.repository() + ":" + tag;
    Object[] options = {"--root", storage, "--runroot", storage + "-run", "--storage-driver=vfs"};
    podman(options, "pull", "-q", "--tls-verify=false", name).ok();
    Path mount = Path.of(podman(options, "image", "mount", name).ok().strip());
    return TreeListing.of(mount);
  }

  private static Command podman(Object[] options, Object... more) {
    Object[] all = new Object[options.length + more.length];
    System.arraycopy(options, 0, all, 0, options.length);
    System.arraycopy(more, 0, all, options.length, more.length);
    return Command.client("podman", all);
  }

  @Test
  void aRestackedTagHasTheSameTreesAndBeginsAnewAfterSomeSteps() {
    Path storage = FOLDER.fresh().resolve("storage");
    JsonNode whole = move("stable", "v1-layers", "stable-incremental");
    assertThat(layerDigests(whole)).isEqualTo(layout.image("v1-layers").layers());

    JsonNode first = move("stable", "v2-layers", "stable-incremental");
    List<String> layers = layerDigests(first);
    assertThat(layers).startsWith(layout.image("v1-layers").layers().toArray(String[]::new));
    assertThat(layers).hasSize(layout.image("v1-layers").layers().size() + 1);
    assertThat(first.path("layers").path(layers.size() - 1).path("size").asLong())
        .isLessThan(layout.image("v2-layers").layers().stream().mapToLong(layout::size).sum() / 2);
    assertThat(tree(storage, "stable-incremental")).isEqualTo(tree(storage, "stable"));

    assertPlanned(first);

    JsonNode second = move("stable", "v1-layers", "stable-incremental");
    assertThat(layerDigests(second)).hasSize(layers.size() + 1);
    assertThat(tree(storage, "stable-incremental")).isEqualTo(tree(storage, "stable"));

    JsonNode anew = move("stable", "v2-layers", "stable-incremental");
    assertThat(layerDigests(anew)).isEqualTo(layout.image("v2-layers").layers());
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
            layerDigests(restacked).getLast(), restacked.path("config").path("digest").asText())
        .hasSize(3);
  }

  @Test
  void gzipAndAnotherSuffixCanBeHad() {
    Path storage = FOLDER.fresh().resolve("storage");
    move("gzip", "v1", "gzip-small");
    JsonNode restacked = move("gzip", "v2", "gzip-small");

    assertThat(restacked.path("layers").path(1).path("mediaType").asText()).endsWith("+gzip");
    assertThat(tree(storage, "gzip-small")).isEqualTo(tree(storage, "gzip"));
    assertThat(manifest("gzip-small-small")).isEmpty();
    assertThat(manifest("gzip-incremental")).isEmpty();
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
            manifest("stable-incremental")
                .filter(
                    index -> original.equals(index.path("annotations").path(ORIGINAL).asText())));
  }

  @Test
  void eachPlatformOfAnIndexIsRestacked() {
    Path storage = FOLDER.fresh().resolve("storage");
    Skopeo.push(layout, "v1", server, registry.repository() + ":one");
    Skopeo.push(layout, "v2", server, registry.repository() + ":two");
    index("v1", "v2");
    Jobs.awaitIdle(registry);
    assertThat(manifest("stable-incremental")).isEqualTo(manifest("stable"));

    // The other platform's image stays as it is, and so does its restacked one.
    String original = index("v2", "v2");
    JsonNode index = awaitIndex(original);
    JsonNode amd64 = index.path("manifests").path(0);
    JsonNode restacked = manifest(amd64.path("digest").asText()).orElseThrow();
    assertThat(restacked.path("annotations").path(ORIGINAL).asText())
        .isEqualTo(layout.image("v2").manifest());
    assertThat(layerDigests(restacked)).startsWith(layout.image("v1").layers().getFirst());
    assertThat(amd64.path("platform").path("architecture").asText()).isEqualTo("amd64");
    assertThat(index.path("manifests").path(1).path("digest").asText())
        .isEqualTo(layout.image("v2").manifest());
    assertThat(tree(storage, "stable-incremental")).isEqualTo(tree(storage, "stable"));
  }
}
