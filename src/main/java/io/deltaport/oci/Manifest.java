package io.deltaport.oci;

import java.util.List;
import java.util.Map;

/**
 * An image manifest, an artifact manifest or an index, as far as a registry needs to know it.
 * Immutable. The bytes themselves are kept verbatim elsewhere.
 *
 * @param mediaType the manifest's own
 * @param artifactType the explicit one, or for image manifests the config's media type; else null
 * @param config null for an index
 * @param layers empty for an index
 * @param manifests the children of an index; empty for an image manifest
 * @param subject null when there is none
 * @see <a
 *     href="https://github.com/opencontainers/image-spec/blob/v1.1.1/manifest.md">manifest.md</a>
 */
public record Manifest(
    String mediaType,
    String artifactType,
    Descriptor config,
    List<Descriptor> layers,
    List<Descriptor> manifests,
    Descriptor subject,
    Map<String, String> annotations) {

  public Manifest {
    layers = List.copyOf(layers);
    manifests = List.copyOf(manifests);
    annotations = Map.copyOf(annotations);
  }

  /** Says whether this is an index of other manifests. */
  public boolean isIndex() {
    return MediaTypes.isIndex(mediaType);
  }

  /** Says whether this is an image with a file tree, not an artifact of some other kind. */
  public boolean isImage() {
    return MediaTypes.isManifest(mediaType)
        && config != null
        && MediaTypes.isImageConfig(config.mediaType())
        && config.mediaType().equals(artifactType);
  }

  /**
   * Returns the sizes of config and layers added up: what a full pull transfers. The largest long
   * when they state more than that.
   */
  public long totalBytes() {
    long total = config == null ? 0 : config.size();
    for (Descriptor layer : layers) {
      total += Math.min(layer.size(), Long.MAX_VALUE - total);
    }
    return total;
  }
}
