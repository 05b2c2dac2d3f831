package io.deltaport.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.deltaport.delta.DeltaEffort;
import io.deltaport.delta.DeltaOptions;
import io.deltaport.delta.ocidelta.Annotations;
import io.deltaport.delta.ocidelta.DeltaArtifact;
import io.deltaport.delta.ocidelta.DeltaException;
import io.deltaport.oci.Descriptor;
import io.deltaport.oci.Digest;
import io.deltaport.oci.ImageConfig;
import io.deltaport.oci.Manifest;
import io.deltaport.oci.MediaTypes;
import io.deltaport.oci.OciFormatException;
import io.deltaport.oci.OciLayout;
import io.deltaport.oci.OciLayoutWriter;
import io.deltaport.oci.OciParser;
import io.deltaport.util.Progress;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LocalDeltasTest {
  private static final int MUTATIONS = 150;

  @TempDir Path folder;

  private final byte[] program = random(300_000);
  private TestImage newImage;
  private String source;
  private String target;

  private static byte[] random(int length) {
    byte[] bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    return bytes;
  }

  private byte[] changedProgram() {
    byte[] changed = program.clone();
    changed[1000]++;
    changed[200_000]++;
    return changed;
  }

  @BeforeEach
  void images() throws IOException {
    byte[] same = random(5_000);
    source =
        new TestImage()
            .gzip(Map.of("usr/lib/same", same))
            .zstd(Map.of("usr/bin/program", program))
            .plain(Map.of("etc/name", new byte[] {1}))
            .write(folder.resolve("old"), "v1");
    newImage =
        new TestImage()
            .gzip(Map.of("usr/lib/same", same))
            .zstd(Map.of("usr/bin/program", changedProgram()))
            .plain(Map.of("etc/name", new byte[] {2}));
    target = newImage.write(folder.resolve("new"), "v2");
  }

  private DeltaArtifact create(Path delta) throws IOException {
    return LocalDeltas.create(
        ImageReference.local(source),
        ImageReference.local(target),
        delta,
        DeltaOptions.defaults().withEffort(DeltaEffort.FAST),
        Progress.NONE);
  }

  private Digest apply(Path delta, Path image) throws IOException {
    return LocalDeltas.apply(
        delta, ImageReference.local(source), ImageReference.local(image.toString()), Progress.NONE);
  }

  @Test
  void goesThereAndBack() throws IOException {
    Path delta = folder.resolve("update.delta");
    DeltaArtifact artifact = create(delta);
    assertThat(artifact.sizeBytes()).isLessThan(program.length / 20);

    Path image = folder.resolve("applied");
    Digest manifest = apply(delta, image);
    try (OciLayout layout = OciLayout.open(image)) {
      assertThat(layout.resolve(null).digest()).isEqualTo(manifest.toString());
      Manifest parsed = OciParser.manifest(layout.read(layout.resolve(null)), null);
      ImageConfig config = OciParser.config(layout.read(parsed.config()));
      assertThat(config.diffIds().stream().map(Digest::toString)).isEqualTo(newImage.diffIds());
      assertThat(parsed.layers().get(1).digest()).isEqualTo(newImage.diffIds().get(1));
      assertThat(parsed.annotations()).containsKey(Annotations.TARGET);
    }
  }

  @Test
  void isTheSameEachTime() throws IOException {
    Digest first = create(folder.resolve("first.delta")).digest();
    assertThat(create(folder.resolve("second.delta")).digest()).isEqualTo(first);
  }

  @Test
  void leavesNothingBehindButTheDelta() throws IOException {
    create(folder.resolve("update.delta"));
    try (var files = Files.list(folder)) {
      assertThat(files.map(path -> path.getFileName().toString()))
          .containsExactlyInAnyOrder("old", "new", "update.delta");
    }
  }

  @Test
  void refusesImagesForDifferentMachines() throws IOException {
    String other =
        new TestImage()
            .architecture("arm64")
            .plain(Map.of("etc/name", new byte[] {2}))
            .write(folder.resolve("other"), "v2");
    assertThatThrownBy(
            () ->
                LocalDeltas.create(
                    ImageReference.local(source),
                    ImageReference.local(other),
                    folder.resolve("x.delta"),
                    DeltaOptions.defaults(),
                    Progress.NONE))
        .isInstanceOf(DeltaException.class)
        .hasMessageContaining("arm64");
    assertThat(folder.resolve("x.delta")).doesNotExist();
  }

  @Test
  void refusesToCarryADamagedLayer() throws IOException {
    Digest layer;
    try (OciLayout layout = OciLayout.open(folder.resolve("new"))) {
      Manifest image = OciParser.manifest(layout.read(layout.resolve(null)), null);
      layer = image.layers().get(1).parsedDigest();
    }
    Path blob = folder.resolve("new/blobs/sha256/" + layer.hex());
    byte[] content = Files.readAllBytes(blob);
    content[content.length / 2] ^= 1;
    Files.write(blob, content);
    assertThatThrownBy(() -> create(folder.resolve("update.delta")))
        .isInstanceOf(OciFormatException.class)
        .hasMessageContaining(layer.toString());
    try (var files = Files.list(folder)) {
      assertThat(files.map(path -> path.getFileName().toString()))
          .containsExactlyInAnyOrder("old", "new");
    }
  }

  /** Rewrites the delta's manifest and keeps its blobs. */
  private Path tampered(UnaryOperator<String> change) throws IOException {
    Path good = folder.resolve("good.delta");
    create(good);
    Path bad = folder.resolve("bad.delta");
    try (OciLayout layout = OciLayout.open(good);
        OciLayoutWriter writer = OciLayoutWriter.archive(bad)) {
      byte[] original = layout.read(layout.resolve(null));
      Manifest manifest = OciParser.manifest(original, null);
      for (Descriptor blob : manifest.layers()) {
        try (InputStream in = layout.open(blob.parsedDigest())) {
          writer.blob(blob.parsedDigest(), in, blob.size());
        }
      }
      byte[] changed =
          change
              .apply(new String(original, StandardCharsets.UTF_8))
              .getBytes(StandardCharsets.UTF_8);
      assertThat(changed).isNotEqualTo(original);
      Digest digest = Digest.sha256(changed);
      writer.blob(digest, changed);
      writer.finish(Descriptor.of(MediaTypes.OCI_MANIFEST, digest, changed.length), null);
    }
    return bad;
  }

  private void assertRefused(Path delta, String why) {
    Path image = folder.resolve("refused");
    assertThatThrownBy(() -> apply(delta, image))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(why);
    assertThat(image).doesNotExist();
  }

  @Test
  void refusesWhatIsNoDelta() throws IOException {
    assertRefused(
        tampered(text -> text.replace(Annotations.ARTIFACT_TYPE, "application/x")), "no delta");
    assertRefused(
        tampered(text -> text.replace("image-manifest", "image-something")), "image-manifest");
    assertRefused(
        tampered(text -> text.replace(Annotations.SOURCE_CONFIG, "x")), "which image it starts");
  }

  @Test
  void refusesADeltaForAnotherSource() throws IOException {
    Path delta = folder.resolve("update.delta");
    create(delta);
    assertThatThrownBy(
            () ->
                LocalDeltas.apply(
                    delta,
                    ImageReference.local(target),
                    ImageReference.local(folder.resolve("refused").toString()),
                    Progress.NONE))
        .isInstanceOf(DeltaException.class)
        .hasMessageContaining("starts from the image");
  }

  @Test
  void refusesALayerThatIsRebuiltAsSomethingElse() throws IOException {
    // The two tar-diffs change places: each makes a tar, but not the one that is wanted.
    try (OciLayout layout = OciLayout.open(folder.resolve("new"))) {
      Manifest image = OciParser.manifest(layout.read(layout.resolve(null)), null);
      List<String> layers = image.layers().stream().map(Descriptor::digest).toList();
      assertRefused(
          tampered(
              text ->
                  text.replace("\"" + layers.get(1) + "\"", "\"?\"")
                      .replace("\"" + layers.get(2) + "\"", "\"" + layers.get(1) + "\"")
                      .replace("\"?\"", "\"" + layers.get(2) + "\"")),
          "diff_id");
    }
  }

  @Test
  void refusesAVerbatimLayerThatIsAnother() throws IOException {
    assertRefused(
        tampered(text -> text.replaceFirst(Annotations.TAR_DIFF, MediaTypes.OCI_LAYER_GZIP)),
        "cannot be the same");
  }

  /** Bytes of the archive change: tar headers, manifests, zstd streams, operations. */
  @Test
  void mutatedArchivesGiveTheImageOrAreRefused() throws IOException {
    Path delta = folder.resolve("good.delta");
    create(delta);
    byte[] good = Files.readAllBytes(delta);
    Path bad = folder.resolve("mutated.delta");
    Path image = folder.resolve("image");
    Random random = new Random(5);
    int refused = 0;
    for (int round = 0; round < MUTATIONS; round++) {
      byte[] bytes = good.clone();
      for (int n = random.nextInt(3); n >= 0; n--) {
        bytes[random.nextInt(bytes.length)] ^= (byte) (1 + random.nextInt(255));
      }
      Files.write(bad, random.nextInt(8) == 0 ? cut(bytes, random) : bytes);
      try {
        apply(bad, image);
        assertRight(image);
        delete(image);
      } catch (IOException e) {
        assertThat(e).hasMessageMatching("(?s).+");
        assertThat(image).doesNotExist();
        refused++;
      }
    }
    assertThat(refused).isBetween(MUTATIONS / 4, MUTATIONS - 1);
  }

  private static byte[] cut(byte[] bytes, Random random) {
    return Arrays.copyOf(bytes, random.nextInt(bytes.length));
  }

  /** Fails unless every layer is the target's. */
  private void assertRight(Path image) throws IOException {
    try (OciLayout layout = OciLayout.open(image)) {
      Manifest manifest = OciParser.manifest(layout.read(layout.resolve(null)), null);
      ImageConfig config = OciParser.config(layout.read(manifest.config()));
      assertThat(config.diffIds().stream().map(Digest::toString)).isEqualTo(newImage.diffIds());
      Digest rebuilt = manifest.layers().get(1).parsedDigest();
      assertThat(rebuilt.toString()).isEqualTo(newImage.diffIds().get(1));
      try (InputStream in = layout.open(rebuilt)) {
        assertThat(Digest.sha256(in.readAllBytes())).isEqualTo(rebuilt);
      }
    }
  }

  private static void delete(Path image) throws IOException {
    try (var paths = Files.walk(image)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}
