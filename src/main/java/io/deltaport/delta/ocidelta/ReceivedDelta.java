package io.deltaport.delta.ocidelta;

import io.deltaport.oci.Descriptor;
import io.deltaport.oci.Digest;
import io.deltaport.oci.Manifest;
import io.deltaport.oci.OciLayout;
import io.deltaport.oci.OciParser;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A delta as it came, checked as far as it can be without the source.
 *
 * @param sourceConfig digest of the config of the image that it starts from
 * @param target the image that it makes
 * @param layers what rebuilds a layer of the target, by the digest of that layer
 */
public record ReceivedDelta(
    String sourceConfig, DeltaImage target, Map<String, Descriptor> layers) {
  private static final Set<String> ARTIFACT_TYPES =
      Set.of(Annotations.ARTIFACT_TYPE, Annotations.ARTIFACT_TYPE_OLD);

  /**
   * Reads the only artifact of a layout.
   *
   * @throws DeltaException if it is no delta, or its parts do not belong together
   */
  public static ReceivedDelta read(OciLayout layout) throws IOException {
    Manifest manifest = OciParser.manifest(layout.read(layout.resolve(null)), null);
    String type = manifest.artifactType();
    if (type == null || !ARTIFACT_TYPES.contains(type)) {
      throw new DeltaException(
          "this is no delta but "
              + (type == null ? "without a type" : "an artifact of type " + type));
    }
    Descriptor targetManifest = only(manifest, Annotations.CONTENT_MANIFEST);
    Descriptor targetConfig = only(manifest, Annotations.CONTENT_CONFIG);
    DeltaImage target =
        DeltaImage.parse(
            targetManifest.parsedDigest(), layout.read(targetManifest), layout.read(targetConfig));
    if (!target.manifest().config().digest().equals(targetConfig.digest())) {
      throw new DeltaException(
          "the delta carries the config "
              + targetConfig.digest()
              + ", but its target "
              + target.digest()
              + " names "
              + target.manifest().config().digest());
    }
    String sourceConfig = manifest.annotations().get(Annotations.SOURCE_CONFIG);
    if (sourceConfig == null) {
      throw new DeltaException("the delta does not say which image it starts from");
    }
    return new ReceivedDelta(sourceConfig, target, layers(manifest, target));
  }

  private static Descriptor only(Manifest manifest, String content) throws DeltaException {
    List<Descriptor> found =
        manifest.layers().stream()
            .filter(layer -> content.equals(layer.annotations().get(Annotations.CONTENT)))
            .toList();
    if (found.size() != 1) {
      throw new DeltaException(
          "a delta has one layer with content " + content + ", this one has " + found.size());
    }
    return found.getFirst();
  }

  private static Map<String, Descriptor> layers(Manifest manifest, DeltaImage target)
      throws DeltaException {
    Set<String> wanted =
        target.layers().stream().map(Descriptor::digest).collect(Collectors.toSet());
    Map<String, Descriptor> layers = new HashMap<>();
    for (Descriptor layer : manifest.layers()) {
      if (Annotations.CONTENT_LAYER.equals(layer.annotations().get(Annotations.CONTENT))) {
        String to = layer.annotations().get(Annotations.TO);
        if (to == null || !wanted.contains(to)) {
          throw new DeltaException(
              "the delta has something for a layer " + to + ", which its target does not have");
        }
        boolean verbatim = !layer.mediaType().equals(Annotations.TAR_DIFF);
        if (verbatim && !layer.digest().equals(to)) {
          throw new DeltaException(
              "the delta carries "
                  + layer.digest()
                  + " as the layer "
                  + to
                  + ", which cannot be the same");
        }
        layers.put(to, layer);
      }
    }
    return layers;
  }

  /** Returns the digest of the target's manifest. */
  public Digest digest() {
    return target.digest();
  }
}
