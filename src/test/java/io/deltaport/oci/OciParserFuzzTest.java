package io.deltaport.oci;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever comes as a manifest is read or refused. docs/fuzzing.md tells how to run it for long.
 */
class OciParserFuzzTest {
  private static final String DESCRIPTOR =
      "{\"mediaType\":\"a/b\",\"digest\":\"sha256:" + "0".repeat(64) + "\",\"size\":2}";

  static Stream<byte[]> manifests() {
    return Stream.of(
            "{\"schemaVersion\":2,\"config\":" + DESCRIPTOR + ",\"layers\":[" + DESCRIPTOR + "]}",
            "{\"schemaVersion\":2,\"mediaType\":\""
                + MediaTypes.OCI_INDEX
                + "\",\"manifests\":["
                + DESCRIPTOR.replace(
                    ",\"size\"", ",\"platform\":{\"os\":\"linux\",\"architecture\":\"x\"},\"size\"")
                + "],\"subject\":"
                + DESCRIPTOR
                + ",\"annotations\":{\"a\":\"b\"},\"artifactType\":\"a/b\"}",
            "{\"schemaVersion\":2,\"artifactType\":\"a\\u0000\",\"config\":" + DESCRIPTOR + "}",
            "{\"schemaVersion\":2,\"schemaVersion\":2}",
            "[".repeat(70) + "]".repeat(70),
            "{\"schemaVersion\":1e999999999}")
        .map(text -> text.getBytes(StandardCharsets.UTF_8));
  }

  @MethodSource("manifests")
  @FuzzTest
  void aManifestIsReadOrRefused(byte[] content) {
    try {
      Manifest manifest = OciParser.manifest(content, null);
      assertThat(manifest.mediaType()).isNotNull().doesNotContain("\0");
      if (manifest.artifactType() != null) {
        assertThat(manifest.artifactType()).doesNotContain("\0");
      }
      assertThat(manifest.isIndex() && manifest.isImage()).isFalse();
      for (Descriptor layer : manifest.layers()) {
        assertThat(layer.parsedDigest().toString()).isEqualTo(layer.digest());
        assertThat(layer.size()).isNotNegative();
      }
    } catch (OciFormatException e) {
      assertThat(e).hasMessageMatching("(?s).+");
    }
  }

  static Stream<byte[]> configs() {
    return Stream.of(
            "{\"architecture\":\"a\",\"os\":\"linux\",\"rootfs\":{\"diff_ids\":[\"sha256:"
                + "0".repeat(64)
                + "\"]},\"config\":{\"Labels\":{\"a\":\"b\"}}}",
            "{\"rootfs\":null,\"config\":{\"Labels\":null}}")
        .map(text -> text.getBytes(StandardCharsets.UTF_8));
  }

  @MethodSource("configs")
  @FuzzTest
  void anImageConfigIsReadOrRefused(byte[] content) {
    try {
      assertThat(OciParser.config(content).diffIds()).doesNotContainNull();
    } catch (OciFormatException e) {
      assertThat(e).hasMessageMatching("(?s).+");
    }
  }
}
