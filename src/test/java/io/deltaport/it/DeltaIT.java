package io.deltaport.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import io.restassured.response.Response;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A tag moves, a delta appears, and a real device updates by it. */
class DeltaIT {
  /** What HTTP, the manifest's own request and the protocol's greeting add to the blobs. */
  private static final long OVERHEAD_BYTES = 64 << 10;

  @RegisterExtension static final WorkFolder FOLDER = new WorkFolder();

  @Test
  void aDeviceUpdatesAnImageOfOneLayer() throws IOException {
    assertUpdates(Release.ofOneLayer());
  }

  @Test
  void aDeviceUpdatesAnImageOfSeveralLayers() throws IOException {
    assertUpdates(Release.ofLayers());
  }

  private static void assertUpdates(Release release) throws IOException {
    Clients.require("cfsctl");
    Clients.require("skopeo");
    Delta delta = release.delta();
    String repository = release.registry().repository();
    try (CountingProxy network = new CountingProxy(release.registry().server())) {
      Device device = new Device(FOLDER.fresh(), network.host());
      device.pull(repository, release.source().manifest(), "v1");
      long before = network.servedBytes();
      device.pull(repository, delta.digest(), "v2");
      long fetched = network.servedBytes() - before;

      assertThat(device.images())
          .containsOnly(
              entry("v1", release.source().manifest()), entry("v2", release.target().manifest()));
      device.check();
      assertThat(fetched).isBetween(1L, delta.transferBytes() + OVERHEAD_BYTES);
      assertThat(fetched).isLessThan(layerBytes(release.layout(), release.target()) / 2);
    }
  }

  @Test
  void theArtifactSaysWhatItIs() throws IOException {
    Release release = Release.ofLayers();
    Delta delta = release.delta();
    Layout.Image target = release.target();

    assertThat(delta.manifest().path("artifactType").asText()).isEqualTo(Delta.TYPE);
    assertThat(delta.manifest().path("subject").path("digest").asText())
        .isEqualTo(target.manifest());
    assertThat(delta.annotation("target")).isEqualTo(target.manifest());
    assertThat(delta.annotation("source")).isEqualTo(release.source().manifest());
    assertThat(delta.annotation("source-config")).isEqualTo(release.source().config());
    assertThat(content(delta, "image-manifest", target.manifest()))
        .isEqualTo(Files.readAllBytes(release.layout().blob(target.manifest())));
    assertThat(content(delta, "image-config", target.config()))
        .isEqualTo(Files.readAllBytes(release.layout().blob(target.config())));
    assertThat(delta.parts("image-layer"))
        .hasSize(3)
        .allMatch(Delta.Part::isTarDiff)
        .extracting(Delta.Part::to)
        .containsExactlyElementsOf(target.layers());
  }

  private static byte[] content(Delta delta, String kind, String digest) {
    List<Delta.Part> parts = delta.parts(kind);
    assertThat(parts).hasSize(1);
    assertThat(parts.getFirst().digest()).isEqualTo(digest);
    Registry registry = delta.registry();
    return registry.request().get(registry.path("blobs/" + digest)).asByteArray();
  }

  @Test
  void aLayerThatTheDeviceHasIsLeftOut() {
    Release release = Release.ofLayers();
    Registry registry = release.registry();
    Layout.Image v1 = release.source();
    Layout.Image v2 = release.target();
    String mixed =
        new Assembly(release.layout())
            .layer(v1.layers().get(0), v1.diffIds().get(0))
            .layer(v1.layers().get(1), v1.diffIds().get(1))
            .layer(v2.layers().get(2), v2.diffIds().get(2))
            .push(registry, "mixed", v1.manifest());
    Delta delta = Delta.await(registry, v1.manifest(), mixed);

    assertThat(delta.parts("image-layer"))
        .extracting(Delta.Part::to)
        .containsExactly(v2.layers().get(2));
    assertThat(delta.annotation("reused-diff-id"))
        .contains(v1.diffIds().get(0), v1.diffIds().get(1));
  }

  @Test
  void aTagThatDoesNotMoveAsksForNoDelta() {
    Release release = Release.ofOneLayer();
    release.delta();
    Registry registry = release.registry();
    Response manifest =
        registry.request().get(registry.path("manifests/" + release.target().manifest()));
    registry.pushManifest(
        "stable",
        manifest.contentType(),
        new String(manifest.asByteArray(), StandardCharsets.UTF_8));
    registry.pushManifest(
        "new-name",
        manifest.contentType(),
        new String(manifest.asByteArray(), StandardCharsets.UTF_8));
    Jobs.awaitIdle(registry);

    assertThat(Delta.find(registry, release.target().manifest(), release.target().manifest()))
        .isEmpty();
  }

  private static long layerBytes(Layout layout, Layout.Image image) {
    return image.layers().stream().mapToLong(layout::size).sum();
  }
}
