package io.deltaport.image;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.deltaport.delta.ocidelta.DeltaImage;
import io.deltaport.oci.Descriptor;
import io.deltaport.oci.Digest;
import io.deltaport.oci.Manifest;
import io.deltaport.oci.MediaTypes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/**
 * Config and manifest of a restacked image: the layers of the one below and one more, everything
 * else as in the original. The same images give the same bytes.
 */
final class RestackedManifest {
  private static final ObjectMapper JSON = new ObjectMapper();

  private static final List<String> COMMIT_LABELS = List.of("ostree.commit", "ostree.final-diffid");

  /** Docker's names of layers, and what they are called in an OCI manifest. */
  private static final Map<String, String> LAYER_TYPES =
      Map.of(
          "application/vnd.docker.image.rootfs.diff.tar.gzip", MediaTypes.OCI_LAYER_GZIP,
          "application/vnd.docker.image.rootfs.diff.tar.zstd", MediaTypes.OCI_LAYER_ZSTD,
          "application/vnd.docker.image.rootfs.diff.tar", MediaTypes.OCI_LAYER_TAR);

  private final DeltaImage below;
  private final DeltaImage original;

  RestackedManifest(DeltaImage below, DeltaImage original) {
    this.below = below;
    this.original = original;
  }

  /** Returns how many layers of changes an image has on top of a whole one. */
  static int steps(Manifest manifest) {
    String steps = manifest.annotations().getOrDefault(RestackedImages.STEPS, "0");
    return steps.matches("[0-9]{1,4}") ? Integer.parseInt(steps) : 0;
  }

  /** Returns the digest of the image whose tree an image has. */
  static String originalOf(String digest, Manifest manifest) {
    return manifest.annotations().getOrDefault(RestackedImages.ORIGINAL, digest);
  }

  /**
   * Returns an index in which some images are others.
   *
   * @param original bytes of the index
   * @param digest of the index
   * @param restacked manifests by the number of the image whose place they take
   */
  static byte[] index(byte[] original, String digest, Map<Integer, byte[]> restacked)
      throws IOException {
    ObjectNode index = (ObjectNode) JSON.readTree(original);
    for (Map.Entry<Integer, byte[]> entry : restacked.entrySet()) {
      byte[] content = entry.getValue();
      ObjectNode descriptor = (ObjectNode) index.withArray("manifests").get(entry.getKey());
      descriptor.put("mediaType", MediaTypes.OCI_MANIFEST);
      descriptor.put("digest", Digest.sha256(content).toString()).put("size", content.length);
    }
    index.withObject("/annotations").put(RestackedImages.ORIGINAL, digest);
    return bytes(index);
  }

  /** Returns the config with a further layer. */
  byte[] config(Digest diffId) throws IOException {
    ObjectNode config = (ObjectNode) JSON.readTree(original.configBytes());
    JsonNode old = JSON.readTree(below.configBytes());
    ArrayNode diffIds = config.putObject("rootfs").put("type", "layers").putArray("diff_ids");
    below.config().diffIds().forEach(each -> diffIds.add(each.toString()));
    diffIds.add(diffId.toString());
    JsonNode history = old.path("history");
    relabel(config.path("config").path("Labels"), old.path("config").path("Labels"));
    config.remove("history");
    if (history.isArray()) {
      ObjectNode step = JsonNodeFactory.instance.objectNode();
      step.set("created", config.get("created"));
      step.put("created_by", "deltaport restack");
      step.put("comment", "changes to " + original.digest());
      config.putArray("history").addAll((ArrayNode) history).add(step);
    }
    return bytes(config);
  }

  /**
   * Returns the manifest.
   *
   * @param layer the further layer
   */
  byte[] manifest(byte[] config, Descriptor layer) throws IOException {
    ObjectNode manifest = JsonNodeFactory.instance.objectNode();
    manifest.put("schemaVersion", 2).put("mediaType", MediaTypes.OCI_MANIFEST);
    put(
        manifest.putObject("config"),
        Descriptor.of(MediaTypes.OCI_CONFIG, Digest.sha256(config), config.length));
    ArrayNode layers = manifest.putArray("layers");
    below.layers().forEach(each -> put(layers.addObject(), each));
    put(layers.addObject(), layer);
    ObjectNode annotations = manifest.putObject("annotations");
    original.manifest().annotations().forEach(annotations::put);
    relabel(annotations, JSON.valueToTree(below.manifest().annotations()));
    annotations.put(RestackedImages.ORIGINAL, original.digest().toString());
    annotations.put(RestackedImages.STEPS, Integer.toString(steps(below.manifest()) + 1));
    return bytes(manifest);
  }

  /** Which commit is at the bottom is said by the image below. */
  private static void relabel(JsonNode labels, JsonNode below) {
    if (labels instanceof ObjectNode node) {
      for (String label : COMMIT_LABELS) {
        node.remove(label);
        if (below.has(label)) {
          node.set(label, below.get(label));
        }
      }
    }
  }

  private static void put(ObjectNode node, Descriptor blob) {
    node.put("mediaType", LAYER_TYPES.getOrDefault(blob.mediaType(), blob.mediaType()));
    node.put("digest", blob.digest()).put("size", blob.size());
    if (!blob.annotations().isEmpty()) {
      ObjectNode annotations = node.putObject("annotations");
      blob.annotations().forEach(annotations::put);
    }
  }

  private static byte[] bytes(ObjectNode node) {
    return node.toString().getBytes(StandardCharsets.UTF_8);
  }
}
