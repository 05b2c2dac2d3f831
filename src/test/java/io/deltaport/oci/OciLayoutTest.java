package io.deltaport.oci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class OciLayoutTest {
  private static final byte[] BLOB = "content".getBytes(StandardCharsets.UTF_8);
  private static final Digest DIGEST = Digest.sha256(BLOB);

  @TempDir Path folder;

  private Path write(boolean archive, String tag) throws IOException {
    Path path = folder.resolve(archive ? "image.tar" : "image");
    try (OciLayoutWriter writer =
        archive ? OciLayoutWriter.archive(path) : OciLayoutWriter.folder(path)) {
      writer.blob(DIGEST, BLOB);
      writer.finish(Descriptor.of(MediaTypes.OCI_MANIFEST, DIGEST, BLOB.length), tag);
    }
    return path;
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void readsWhatItWrote(boolean archive) throws IOException {
    try (OciLayout layout = OciLayout.open(write(archive, "v1"))) {
      Descriptor found = layout.resolve("v1");
      assertThat(layout.resolve(null)).isEqualTo(found);
      assertThat(found.parsedDigest()).isEqualTo(DIGEST);
      assertThat(layout.read(found)).isEqualTo(BLOB);
      assertThat(layout.length(DIGEST)).isEqualTo(BLOB.length);
      try (InputStream in = layout.open(DIGEST)) {
        assertThat(in.readAllBytes()).isEqualTo(BLOB);
      }
      assertThatThrownBy(() -> layout.resolve("v2"))
          .isInstanceOf(OciFormatException.class)
          .hasMessageContaining("v2");
    }
  }

  @ParameterizedTest
  @CsvSource({"true,other", "false,other", "true,longer content", "false,short"})
  void takesNoContentButTheOneThatWasNamed(boolean archive, String content) throws IOException {
    Path path = folder.resolve("image");
    byte[] other = content.getBytes(StandardCharsets.UTF_8);
    try (OciLayoutWriter writer =
        archive ? OciLayoutWriter.archive(path) : OciLayoutWriter.folder(path)) {
      assertThatThrownBy(() -> writer.blob(DIGEST, new ByteArrayInputStream(other), BLOB.length))
          .isInstanceOf(OciFormatException.class)
          .hasMessageContaining(DIGEST.toString());
    }
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void noticesADamagedManifest() throws IOException {
    Path path = write(false, null);
    Files.writeString(path.resolve("blobs/sha256/" + DIGEST.hex()), "CONTENT");
    try (OciLayout layout = OciLayout.open(path)) {
      assertThatThrownBy(() -> layout.read(layout.resolve(null)))
          .isInstanceOf(OciFormatException.class)
          .hasMessageContaining(DIGEST.toString());
    }
  }

  @Test
  void doesNotWriteOverAFolder() throws IOException {
    write(false, null);
    assertThatThrownBy(() -> write(false, null))
        .isInstanceOf(OciFormatException.class)
        .hasMessageContaining("exists already");
  }

  @Test
  void refusesWhatIsNoLayout() throws IOException {
    assertThatThrownBy(() -> OciLayout.open(folder)).isInstanceOf(OciFormatException.class);
    assertThatThrownBy(() -> OciLayout.open(folder.resolve("none")))
        .isInstanceOf(OciFormatException.class);
    Path junk = Files.write(folder.resolve("junk"), new byte[10_240]);
    assertThatThrownBy(() -> OciLayout.open(junk)).isInstanceOf(OciFormatException.class);
  }

  @Test
  void onlyIoErrorsComeOutOfMutatedArchives() throws IOException {
    byte[] good = Files.readAllBytes(write(true, "v1"));
    Path path = folder.resolve("bad.tar");
    Random random = new Random(7);
    int refused = 0;
    for (int i = 0; i < 500; i++) {
      byte[] bad = good.clone();
      for (int flips = 1 + random.nextInt(4); flips > 0; flips--) {
        bad[random.nextInt(bad.length)] = (byte) random.nextInt(256);
      }
      Files.write(path, bad);
      try (OciLayout layout = OciLayout.open(path)) {
        assertThat(layout.read(layout.resolve("v1"))).isEqualTo(BLOB);
      } catch (IOException e) {
        refused++;
      }
    }
    assertThat(refused).isPositive();
  }
}
