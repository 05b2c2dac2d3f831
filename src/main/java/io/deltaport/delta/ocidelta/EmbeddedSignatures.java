package io.deltaport.delta.ocidelta;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.deltaport.oci.Descriptor;
import io.deltaport.oci.Digest;
import io.deltaport.oci.Manifest;
import io.deltaport.oci.OciFormatException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Puts signatures of the target into a delta, so that a device verifies it without a registry.
 *
 * <p>Each is an artifact of its own: its manifest becomes a layer of the delta with the content
 * {@code cosign-signature}, its config and layers become layers with the content {@code
 * cosign-signature-content}.
 */
public final class EmbeddedSignatures {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private EmbeddedSignatures() {}

  /**
   * A signature as it is published.
   *
   * @param content the manifest's bytes
   */
  public record Signature(Digest digest, byte[] content, Manifest manifest) {
    /** Returns what the manifest names: its config, then its layers. */
    public List<Descriptor> blobs() {
      List<Descriptor> blobs = new ArrayList<>();
      blobs.add(manifest.config());
      blobs.addAll(manifest.layers());
      return blobs;
    }
  }

  /**
   * Adds signatures to the manifest of a delta. The same ones give the same bytes; those that it
   * has already are not added again, and without any it stays as it is.
   *
   * @throws OciFormatException if the manifest has no layers
   */
  public static byte[] add(byte[] delta, List<Signature> signatures) throws IOException {
    JsonNode root = JSON.readTree(delta);
    if (!(root.path("layers") instanceof ArrayNode layers)) {
      throw new OciFormatException("a delta's manifest needs a list of layers");
    }
    Set<String> present = new HashSet<>();
    layers.forEach(layer -> present.add(layer.path("digest").asText()));
    int before = layers.size();
    for (Signature signature : signatures) {
      Descriptor manifest =
          Descriptor.of(
              signature.manifest().mediaType(), signature.digest(), signature.content().length);
      if (present.add(manifest.digest())) {
        layers.add(layer(manifest, Annotations.CONTENT_SIGNATURE));
        for (Descriptor blob : signature.blobs()) {
          if (present.add(blob.digest())) {
            layers.add(layer(blob, Annotations.CONTENT_SIGNATURE_CONTENT));
          }
        }
      }
    }
    return layers.size() == before ? delta : JSON.writeValueAsBytes(root);
  }

  private static ObjectNode layer(Descriptor blob, String content) {
    return JSON.valueToTree(blob.withAnnotations(Map.of(Annotations.CONTENT, content)));
  }
}
