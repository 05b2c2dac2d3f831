package io.deltaport.delta.ocidelta;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.deltaport.delta.ocidelta.EmbeddedSignatures.Signature;
import io.deltaport.oci.Descriptor;
import io.deltaport.oci.Digest;
import io.deltaport.oci.Manifest;
import io.deltaport.oci.MediaTypes;
import io.deltaport.oci.OciFormatException;
import io.deltaport.oci.OciParser;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

final class EmbeddedSignaturesTest {
  private static final String DESCRIPTOR =
      "{\"mediaType\":\"%s\",\"digest\":\"sha256:%s\",\"size\":%d}";
  private static final String PAYLOAD = "application/vnd.dev.cosign.simplesigning.v1+json";

  private static final byte[] DELTA =
      """
      {"schemaVersion":2,"config":%s,"layers":[%s],"annotations":{"a":"b"}}"""
          .formatted(
              DESCRIPTOR.formatted(MediaTypes.OCI_EMPTY, "0".repeat(64), 2),
              DESCRIPTOR.formatted(Annotations.TAR_DIFF, "1".repeat(64), 10))
          .getBytes(UTF_8);

  private static Signature signature(char config, char payload) throws IOException {
    byte[] content =
        """
        {"schemaVersion":2,"config":%s,"layers":[%s]}"""
            .formatted(
                DESCRIPTOR.formatted(MediaTypes.OCI_CONFIG, ("" + config).repeat(64), 200),
                DESCRIPTOR.formatted(PAYLOAD, ("" + payload).repeat(64), 300))
            .getBytes(UTF_8);
    return new Signature(Digest.sha256(content), content, OciParser.manifest(content, null));
  }

  private static List<String> contents(byte[] manifest) throws IOException {
    return OciParser.manifest(manifest, null).layers().stream()
        .map(layer -> layer.annotations().getOrDefault(Annotations.CONTENT, "-"))
        .toList();
  }

  @Test
  void addsTheManifestAndWhatItNames() throws IOException {
    Signature signature = signature('a', 'b');
    Manifest signed = OciParser.manifest(EmbeddedSignatures.add(DELTA, List.of(signature)), null);
    assertThat(signed.layers())
        .extracting(Descriptor::digest)
        .containsExactly(
            "sha256:" + "1".repeat(64),
            signature.digest().toString(),
            "sha256:" + "a".repeat(64),
            "sha256:" + "b".repeat(64));
    assertThat(signed.layers())
        .extracting(Descriptor::mediaType)
        .containsExactly(
            Annotations.TAR_DIFF, MediaTypes.OCI_MANIFEST, MediaTypes.OCI_CONFIG, PAYLOAD);
    assertThat(contents(EmbeddedSignatures.add(DELTA, List.of(signature))))
        .containsExactly(
            "-", "cosign-signature", "cosign-signature-content", "cosign-signature-content");
    assertThat(signed.annotations()).containsEntry("a", "b");
  }

  @Test
  void whatSeveralNameIsThereOnce() throws IOException {
    byte[] signed =
        EmbeddedSignatures.add(DELTA, List.of(signature('a', 'b'), signature('a', 'c')));
    assertThat(contents(signed))
        .containsExactly(
            "-",
            "cosign-signature",
            "cosign-signature-content",
            "cosign-signature-content",
            "cosign-signature",
            "cosign-signature-content");
    assertThat(EmbeddedSignatures.add(signed, List.of(signature('a', 'b')))).isSameAs(signed);
  }

  @Test
  void withoutSignaturesNothingChanges() throws IOException {
    assertThat(EmbeddedSignatures.add(DELTA, List.of())).isSameAs(DELTA);
  }

  @Test
  void refusesAManifestWithoutLayers() {
    byte[] index = "{\"manifests\":[]}".getBytes(UTF_8);
    assertThatThrownBy(() -> EmbeddedSignatures.add(index, List.of()))
        .isInstanceOf(OciFormatException.class)
        .hasMessageContaining("layers");
  }
}
