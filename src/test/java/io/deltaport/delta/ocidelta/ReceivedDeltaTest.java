package io.deltaport.delta.ocidelta;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.deltaport.oci.Descriptor;
import io.deltaport.oci.Digest;
import io.deltaport.oci.MediaTypes;
import io.deltaport.oci.OciLayout;
import io.deltaport.oci.OciLayoutWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ReceivedDeltaTest {
  private static final String SHARED = "a".repeat(64);
  private static final String OLD = "b".repeat(64);
  private static final String NEW = "c".repeat(64);

  @TempDir Path folder;

  private final DeltaImage source = image(SHARED, OLD);
  private final DeltaImage target = image(SHARED, NEW);

  /** Layers are plain, so that each has its diff_id for a digest. */
  private static DeltaImage image(String first, String second) {
    byte[] config =
        ("{\"architecture\":\"amd64\",\"os\":\"linux\",\"rootfs\":{\"type\":\"layers\","
                + "\"diff_ids\":[\"sha256:%s\",\"sha256:%s\"]}}")
            .formatted(first, second)
            .getBytes(StandardCharsets.UTF_8);
    String descriptor = "{\"mediaType\":\"%s\",\"digest\":\"%s\",\"size\":%d}";
    byte[] manifest =
        "{\"schemaVersion\":2,\"mediaType\":\"%s\",\"config\":%s,\"layers\":[%s,%s]}"
            .formatted(
                MediaTypes.OCI_MANIFEST,
                descriptor.formatted(MediaTypes.OCI_CONFIG, Digest.sha256(config), config.length),
                descriptor.formatted(MediaTypes.OCI_LAYER_TAR, "sha256:" + first, 1000),
                descriptor.formatted(MediaTypes.OCI_LAYER_TAR, "sha256:" + second, 1000))
            .getBytes(StandardCharsets.UTF_8);
    try {
      return DeltaImage.parse(Digest.sha256(manifest), manifest, config);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  byte[] manifest() {
    DeltaManifest manifest = new DeltaManifest(source, target);
    Descriptor reused = target.layers().get(0);
    manifest.addReused(reused, target.diffId(0));
    Descriptor diff = Descriptor.of(Annotations.TAR_DIFF, Digest.parse("sha256:" + OLD), 10);
    manifest.addLayer(diff, target.layers().get(1));
    return manifest.encode();
  }

  ReceivedDelta read(byte[] manifest, Path path) throws IOException {
    try (OciLayoutWriter writer = OciLayoutWriter.archive(path)) {
      Digest digest = Digest.sha256(manifest);
      writer.blob(target.digest(), target.manifestBytes());
      writer.blob(target.manifest().config().parsedDigest(), target.configBytes());
      writer.blob(digest, manifest);
      writer.finish(Descriptor.of(MediaTypes.OCI_MANIFEST, digest, manifest.length), null);
    }
    try (OciLayout layout = OciLayout.open(path)) {
      return ReceivedDelta.read(layout);
    }
  }

  @Test
  void readsWhatDeltaManifestWrites() throws IOException {
    ReceivedDelta delta = read(manifest(), folder.resolve("delta"));
    assertThat(delta.digest()).isEqualTo(target.digest());
    assertThat(delta.sourceConfig()).isEqualTo(source.manifest().config().digest());
    assertThat(delta.layers()).containsOnlyKeys("sha256:" + NEW);
    assertThat(delta.layers().get("sha256:" + NEW).mediaType()).isEqualTo(Annotations.TAR_DIFF);
  }

  @Test
  void writesTheAnnotationsOfTheFormat() {
    assertThat(new String(manifest(), StandardCharsets.UTF_8))
        .contains("\"artifactType\":\"application/vnd.io.github.containers.oci-delta.v1\"")
        .contains("\"io.github.containers.delta.target\":\"" + target.digest() + "\"")
        .contains("\"io.github.containers.delta.source\":\"" + source.digest() + "\"")
        .contains(
            "\"io.github.containers.delta.source-config\":\""
                + source.manifest().config().digest()
                + "\"")
        .contains("\"io.github.containers.delta.reused\":\"[\\\"sha256:" + SHARED + "\\\"]\"")
        .contains(
            "\"io.github.containers.delta.reused-diff-id\":\"[\\\"sha256:" + SHARED + "\\\"]\"")
        .contains("\"io.github.containers.delta.to\":\"sha256:" + NEW + "\"");
  }

  @Test
  void takesTheNameThatOlderToolsGiveToADelta() throws IOException {
    String old =
        new String(manifest(), StandardCharsets.UTF_8)
            .replace(Annotations.ARTIFACT_TYPE, Annotations.ARTIFACT_TYPE_OLD);
    assertThat(read(old.getBytes(StandardCharsets.UTF_8), folder.resolve("old")).digest())
        .isEqualTo(target.digest());
  }

  @Test
  void refusesAManifestWithoutAType() {
    byte[] index =
        ("{\"schemaVersion\":2,\"mediaType\":\"" + MediaTypes.OCI_INDEX + "\",\"manifests\":[]}")
            .getBytes(StandardCharsets.UTF_8);
    assertThatThrownBy(() -> read(index, folder.resolve("index")))
        .isInstanceOf(DeltaException.class)
        .hasMessageContaining("no delta");
  }

  @Test
  void refusesALayerThatTheTargetDoesNotHave() {
    String other =
        new String(manifest(), StandardCharsets.UTF_8)
            .replace(
                "\"" + Annotations.TO + "\":\"sha256:" + NEW,
                "\"" + Annotations.TO + "\":\"sha256:" + "d".repeat(64));
    assertThatThrownBy(() -> read(other.getBytes(StandardCharsets.UTF_8), folder.resolve("other")))
        .isInstanceOf(DeltaException.class)
        .hasMessageContaining("sha256:" + "d".repeat(64));
  }

  @Test
  void onlyIoErrorsComeOutOfMutatedManifests() throws IOException {
    byte[] good = manifest();
    Path path = folder.resolve("bad");
    Random random = new Random(11);
    int refused = 0;
    for (int i = 0; i < 1_000; i++) {
      byte[] bad = good.clone();
      for (int flips = 1 + random.nextInt(3); flips > 0; flips--) {
        bad[random.nextInt(bad.length)] = (byte) random.nextInt(256);
      }
      try {
        assertThat(read(bad, path).digest()).isEqualTo(target.digest());
      } catch (IOException e) {
        refused++;
      }
      Files.deleteIfExists(path);
    }
    assertThat(refused).isPositive();
  }
}
