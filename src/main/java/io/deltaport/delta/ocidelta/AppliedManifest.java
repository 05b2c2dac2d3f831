package io.deltaport.delta.ocidelta;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.deltaport.oci.Descriptor;
import java.io.IOException;
import java.util.List;

/** Writes the manifest of an image whose layers were rebuilt. */
final class AppliedManifest {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private AppliedManifest() {}

  /** Returns the target's own manifest when its layers are the same, else an adapted one. */
  static byte[] of(DeltaImage target, List<Descriptor> layers) throws IOException {
    if (digests(layers).equals(digests(target.layers()))) {
      return target.manifestBytes();
    }
    ObjectNode root = (ObjectNode) JSON.readTree(target.manifestBytes());
    ArrayNode list = root.putArray("layers");
    for (Descriptor layer : layers) {
      list.add(JSON.<JsonNode>valueToTree(layer));
    }
    ObjectNode annotations =
        root.get("annotations") instanceof ObjectNode present
            ? present
            : root.putObject("annotations");
    annotations.put(Annotations.TARGET, target.digest().toString());
    return JSON.writeValueAsBytes(root);
  }

  private static List<String> digests(List<Descriptor> layers) {
    return layers.stream().map(Descriptor::digest).toList();
  }
}
