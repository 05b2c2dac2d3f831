package io.deltaport.delta.ocidelta;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.deltaport.oci.OciFormatException;
import io.deltaport.oci.OciLayout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever comes as a delta is read, or refused with the reason. */
class ReceivedDeltaFuzzTest {
  private final ReceivedDeltaTest parts = new ReceivedDeltaTest();

  static Stream<byte[]> manifests() {
    return Stream.of(new ReceivedDeltaTest().manifest());
  }

  @MethodSource("manifests")
  @FuzzTest
  void aDeltaIsReadOrRefused(byte[] manifest) throws IOException {
    Path archive = Files.createTempFile("delta", ".tar");
    try {
      assertThat(parts.read(manifest, archive).sourceConfig()).isNotNull();
    } catch (DeltaException | OciFormatException e) {
      assertThat(e).hasMessageMatching("(?s).+");
    } finally {
      Files.delete(archive);
    }
  }

  static Stream<byte[]> archives() throws IOException {
    Path archive = Files.createTempFile("delta", ".tar");
    ReceivedDeltaTest parts = new ReceivedDeltaTest();
    parts.read(parts.manifest(), archive);
    byte[] bytes = Files.readAllBytes(archive);
    Files.delete(archive);
    return Stream.of(bytes);
  }

  /** Only what is wrong with a file comes out, never what is wrong with us. */
  @MethodSource("archives")
  @FuzzTest
  void anArchiveIsReadOrRefused(byte[] bytes) throws IOException {
    Path archive = Files.createTempFile("delta", ".tar");
    try {
      Files.write(archive, bytes);
      try (OciLayout layout = OciLayout.open(archive)) {
        assertThat(ReceivedDelta.read(layout)).isNotNull();
      }
    } catch (IOException e) {
      assertThat(e).hasMessageMatching("(?s).+");
    } finally {
      Files.delete(archive);
    }
  }
}
