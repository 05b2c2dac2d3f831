package io.deltaport.oci;

import java.util.List;
import java.util.Map;

/**
 * What an image config says about the image's file tree. Immutable.
 *
 * @param created when it was built, as RFC 3339 should have it; unchecked, null when it does not
 *     say
 * @param diffIds digests of the uncompressed layer tars, bottom layer first
 * @param labels empty when there are none
 * @see <a href="https://github.com/opencontainers/image-spec/blob/v1.1.1/config.md">config.md</a>
 */
public record ImageConfig(
    Platform platform, String created, List<Digest> diffIds, Map<String, String> labels) {
  public ImageConfig {
    diffIds = List.copyOf(diffIds);
    labels = Map.copyOf(labels);
  }
}
