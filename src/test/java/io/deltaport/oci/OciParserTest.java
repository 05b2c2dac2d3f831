package io.deltaport.oci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class OciParserTest {
  private static final String DIGEST = "sha256:" + "a".repeat(64);
  private static final String DESCRIPTOR =
      "{\"mediaType\":\"%s\",\"digest\":\"" + DIGEST + "\",\"size\":7}";
  private static final String CONFIG = DESCRIPTOR.formatted(MediaTypes.OCI_CONFIG);
  private static final String LAYER = DESCRIPTOR.formatted(MediaTypes.OCI_LAYER_GZIP);
  private static final String IMAGE =
      "{\"schemaVersion\":2,\"mediaType\":\"%s\",\"config\":%s,\"layers\":[%s]%s}";

  private static Manifest parse(String text) throws OciFormatException {
    return OciParser.manifest(text.getBytes(StandardCharsets.UTF_8), null);
  }

  private static String image(String more) {
    return IMAGE.formatted(MediaTypes.OCI_MANIFEST, CONFIG, LAYER, more);
  }

  @Test
  void readsAnImage() throws OciFormatException {
    Manifest manifest = parse(image(",\"subject\":" + CONFIG + ",\"annotations\":{\"k\":\"v\"}"));
    assertThat(manifest.isImage()).isTrue();
    assertThat(manifest.isIndex()).isFalse();
    assertThat(manifest.artifactType()).isEqualTo(MediaTypes.OCI_CONFIG);
    assertThat(manifest.layers()).hasSize(1);
    assertThat(manifest.subject().digest()).isEqualTo(DIGEST);
    assertThat(manifest.annotations()).containsEntry("k", "v");
    assertThat(manifest.totalBytes()).isEqualTo(14);
  }

  @Test
  void anArtifactIsNoImage() throws OciFormatException {
    Manifest manifest = parse(image(",\"artifactType\":\"application/x\""));
    assertThat(manifest.isImage()).isFalse();
    assertThat(manifest.artifactType()).isEqualTo("application/x");
  }

  @Test
  void readsAnIndex() throws OciFormatException {
    Manifest index =
        parse(
            "{\"schemaVersion\":2,\"mediaType\":\"%s\",\"manifests\":[%s]}"
                .formatted(
                    MediaTypes.OCI_INDEX,
                    DESCRIPTOR
                        .formatted(MediaTypes.OCI_MANIFEST)
                        .replace(
                            "\"size\"",
                            "\"platform\":{\"architecture\":\"arm64\",\"os\":\"linux\"},\"size\"")));
    assertThat(index.isIndex()).isTrue();
    assertThat(index.manifests().getFirst().platform())
        .isEqualTo(new Platform("arm64", "linux", null));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "null",
        "{",
        "{\"schemaVersion\":1}",
        "{\"schemaVersion\":2}",
        "{\"schemaVersion\":2,\"schemaVersion\":2}",
        "{\"schemaVersion\":2,\"manifests\":[],\"layers\":[]}",
        "{\"schemaVersion\":\"2\",\"manifests\":[]}",
        "{\"schemaVersion\":2.7,\"manifests\":[]}",
        "{\"schemaVersion\":4294967298,\"manifests\":[]}",
        "\ufeff{\"schemaVersion\":2,\"manifests\":[]}",
        "{\"schemaVersion\":2,\"manifests\":{}}",
        "{\"schemaVersion\":2,\"manifests\":[{}]}",
        "{\"schemaVersion\":2,\"manifests\":[7]}",
        "{\"schemaVersion\":2,\"manifests\":[],\"annotations\":{\"k\":7}}",
        "{\"schemaVersion\":2,\"manifests\":[],\"annotations\":[]}",
        "{\"schemaVersion\":2,\"manifests\":[]} x"
      })
  void refusesWhatIsNoManifest(String text) {
    assertThatThrownBy(() -> parse(text)).isInstanceOf(OciFormatException.class);
  }

  @ParameterizedTest
  @CsvSource({
    "\"size\":7, \"size\":-1",
    "\"size\":7, \"size\":7.5",
    "\"size\":7, \"size\":99999999999999999999",
    "\"size\":7, \"length\":7",
    "sha256:, sha257:",
    "aaaa, AAAA",
    "aaaa, ../a"
  })
  void refusesBadDescriptors(String from, String to) {
    assertThatThrownBy(() -> parse(image("").replace(from, to)))
        .isInstanceOf(OciFormatException.class);
  }

  @Test
  void refusesDeepNesting() {
    String deep = "[".repeat(OciParser.NESTING_MAX + 1) + "]".repeat(OciParser.NESTING_MAX + 1);
    assertThatThrownBy(() -> parse(image(",\"x\":" + deep))).isInstanceOf(OciFormatException.class);
  }

  @Test
  void refusesInvalidUtf8() {
    byte[] bytes = image("").getBytes(StandardCharsets.UTF_8);
    bytes[bytes.length - 5] = (byte) 0xff;
    assertThatThrownBy(() -> OciParser.manifest(bytes, null))
        .isInstanceOf(OciFormatException.class)
        .hasMessageContaining("UTF-8");
  }

  @ParameterizedTest
  @ValueSource(strings = {"UTF-16BE", "UTF-16LE", "UTF-32BE", "UTF-32LE"})
  void refusesOtherEncodings(String encoding) {
    // ASCII in these is valid UTF-8, too: a client would see something else than the server.
    byte[] bytes = image("").getBytes(Charset.forName(encoding));
    assertThatThrownBy(() -> OciParser.manifest(bytes, null))
        .isInstanceOf(OciFormatException.class);
    assertThatThrownBy(() -> OciParser.config(bytes)).isInstanceOf(OciFormatException.class);
  }

  @Test
  void addsSizesUpWithoutOverflow() throws OciFormatException {
    Manifest manifest = parse(image("").replace("\"size\":7", "\"size\":" + Long.MAX_VALUE));
    assertThat(manifest.totalBytes()).isEqualTo(Long.MAX_VALUE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"{\"a\":\"%s\"}", "[7]", "[null]", "\"%s\""})
  void refusesDiffIdsThatAreNoListOfDigests(String list) {
    byte[] config =
        ("{\"rootfs\":{\"diff_ids\":" + list.formatted(DIGEST) + "}}")
            .getBytes(StandardCharsets.UTF_8);
    assertThatThrownBy(() -> OciParser.config(config)).isInstanceOf(OciFormatException.class);
  }

  @Test
  void refusesAnotherContentType() {
    assertThatThrownBy(
            () ->
                OciParser.manifest(
                    image("").getBytes(StandardCharsets.UTF_8), MediaTypes.DOCKER_MANIFEST))
        .isInstanceOf(OciFormatException.class)
        .hasMessageContaining("Content-Type");
  }

  @Test
  void onlyFormatErrorsComeOutOfMutatedManifests() {
    byte[] good = image(",\"annotations\":{\"k\":\"v\"}").getBytes(StandardCharsets.UTF_8);
    Random random = new Random(42);
    int refused = 0;
    for (int i = 0; i < 5_000; i++) {
      byte[] bad = good.clone();
      for (int flips = 1 + random.nextInt(3); flips > 0; flips--) {
        bad[random.nextInt(bad.length)] = (byte) random.nextInt(256);
      }
      try {
        OciParser.manifest(bad, null);
      } catch (OciFormatException e) {
        refused++;
      }
    }
    assertThat(refused).isPositive();
  }

  @Test
  void readsAConfig() throws OciFormatException {
    ImageConfig config =
        OciParser.config(
            ("{\"architecture\":\"amd64\",\"os\":\"linux\",\"config\":{\"Labels\":{\"a\":\"b\"}},"
                    + "\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[\""
                    + DIGEST
                    + "\"]}}")
                .getBytes(StandardCharsets.UTF_8));
    assertThat(config.platform()).isEqualTo(new Platform("amd64", "linux", null));
    assertThat(config.diffIds()).containsExactly(Digest.parse(DIGEST));
    assertThat(config.labels()).containsEntry("a", "b");
  }
}
