package io.deltaport.it;

import static io.deltaport.it.Registry.INDEX;
import static io.deltaport.it.Registry.MANIFEST;
import static io.deltaport.it.Registry.assertError;
import static io.deltaport.it.Registry.descriptor;
import static io.deltaport.it.Registry.digestOf;
import static org.assertj.core.api.Assertions.assertThat;

import io.restassured.response.Response;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * A registry that deletes nothing, takes manifests before what they name, and keeps no objects that
 * it has made for devices.
 */
class SettingsIT {
  private static final String TYPE = "application/vnd.example.thing";

  @RegisterExtension static final WorkFolder FOLDER = new WorkFolder();

  private static ServerProcess server;

  private final Registry registry = new Registry(server, "t/" + UUID.randomUUID());

  @BeforeAll
  static void start() throws IOException {
    server =
        ServerLaunch.on(FOLDER.fresh().resolve("data"))
            .setting("deltaport.deletion", false)
            .setting("deltaport.sparse-manifests", "all")
            .setting("deltaport.ostree.cache", 0)
            .start();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  void objectsThatAreNotKeptAreServed() throws IOException {
    Clients.require("ostree");
    TinyImage.push(registry, "v1", Map.of("usr/id", "one", "usr/lib/other", "two"));
    OstreeRemote remote = OstreeRemote.of(registry);
    String commit = remote.await("v1");
    OstreeRepo repo = OstreeRepo.init(FOLDER.fresh().resolve("repo"), "archive");
    repo.remote("origin", remote.url());
    repo.ostree("pull", "origin", commit).ok();
    repo.ostree("fsck").ok();
  }

  @Test
  void nothingIsDeletedWhileDeletionIsOff() {
    String blob = registry.pushBlob(new byte[] {1});
    String manifest = registry.pushArtifact("tag", TYPE);
    for (String path :
        new String[] {
          "blobs/" + blob,
          "manifests/tag",
          "manifests/" + manifest,
          "manifests/" + digestOf("nothing")
        }) {
      assertError(registry.request().delete(registry.path(path)), 405, "UNSUPPORTED");
    }
    for (String path : new String[] {"blobs/" + blob, "manifests/tag", "manifests/" + manifest}) {
      assertThat(registry.request().get(registry.path(path)).statusCode()).isEqualTo(200);
    }
    assertThat(registry.request().delete(registry.beginUpload()).statusCode()).isEqualTo(204);
  }

  @Test
  void anIndexMayNameManifestsThatAreNotThere() {
    String index =
        "{\"schemaVersion\":2,\"mediaType\":\"%s\",\"manifests\":[%s]}"
            .formatted(INDEX, descriptor(MANIFEST, digestOf("another platform"), 7));
    registry.pushManifest("multi", INDEX, index);
    assertThat(registry.request().get(registry.path("manifests/multi")).asString())
        .isEqualTo(index);
  }

  @Test
  void whatIsThereMustHaveTheSizeThatTheManifestSays() {
    String blob = registry.pushBlob(new byte[] {1});
    assertError(
        registry.putManifest("tag", MANIFEST, image(descriptor(TYPE, blob, 2))),
        400,
        "MANIFEST_INVALID");
  }

  /** The store has the layer, but only for another repository: no job may read it for this one. */
  @Test
  void anImageIsAbsorbedOnlyWhenItsRepositoryHasAllOfIt() {
    Registry other = new Registry(server, "t/" + UUID.randomUUID());
    byte[] layer = UUID.randomUUID().toString().getBytes(StandardCharsets.US_ASCII);
    String digest = other.pushBlob(layer);
    String image =
        image(descriptor("application/vnd.oci.image.layer.v1.tar", digest, layer.length));
    registry.pushManifest("sparse", MANIFEST, image);
    Jobs.awaitIdle(registry);
    assertThat(ImageState.find(registry, "sparse").orElseThrow().state()).isEqualTo("stored");
    Response refused = requestDelta("sparse");
    assertError(refused, 400, "UNSUPPORTED");
    assertThat(refused.asString()).contains(digestOf(image));

    // The other repository's image is taken apart; this one's list must not tell.
    other.pushBlob(config());
    other.pushManifest("whole", MANIFEST, image);
    ImageState.awaitSettled(other, "whole");
    assertThat(ImageState.find(registry, "sparse").orElseThrow().state()).isEqualTo("stored");

    registry.pushBlob(layer);
    registry.pushManifest("sparse", MANIFEST, image);
    assertThat(ImageState.awaitSettled(registry, "sparse").state()).isEqualTo("opaque");
  }

  private Response requestDelta(String tag) {
    String second = registry.pushArtifact("second", TYPE);
    return registry
        .request()
        .contentType("application/json")
        .body(
            "{\"repository\":\"%s\",\"from\":\"%s\",\"to\":\"%s\"}"
                .formatted(registry.repository(), tag, second))
        .post("/api/v1/deltas");
  }

  private String image(String layer) {
    return "{\"schemaVersion\":2,\"mediaType\":\"%s\",\"config\":%s,\"layers\":[%s]}"
        .formatted(
            MANIFEST,
            descriptor(
                "application/vnd.oci.image.config.v1+json",
                registry.pushBlob(config()),
                config().length),
            layer);
  }

  private static byte[] config() {
    return "{\"architecture\":\"amd64\",\"os\":\"linux\"}".getBytes(StandardCharsets.US_ASCII);
  }
}
