package io.deltaport.it;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** An image put together from layers that the repository has already. */
final class Assembly {
  private static final String CONFIG = "application/vnd.oci.image.config.v1+json";
  private static final String LAYER = "application/vnd.oci.image.layer.v1.tar+gzip";

  private final Layout layout;
  private final List<String> layers = new ArrayList<>();
  private final List<String> diffIds = new ArrayList<>();

  Assembly(Layout layout) {
    this.layout = layout;
  }

  Assembly layer(String digest, String diffId) {
    layers.add(Registry.descriptor(LAYER, digest, layout.size(digest)));
    diffIds.add('"' + diffId + '"');
    return this;
  }

  /** Moves a tag from the image {@code before} to this one; returns this one's digest. */
  String push(Registry registry, String tag, String before) {
    byte[] config =
        """
        {"architecture":"amd64","os":"linux","rootfs":{"type":"layers","diff_ids":[%s]}}"""
            .formatted(String.join(",", diffIds))
            .getBytes(StandardCharsets.UTF_8);
    String manifest =
        """
        {"schemaVersion":2,"mediaType":"%s","config":%s,"layers":[%s]}"""
            .formatted(
                Registry.MANIFEST,
                Registry.descriptor(CONFIG, registry.pushBlob(config), config.length),
                layers.stream().collect(Collectors.joining(",")));
    byte[] old = registry.request().get(registry.path("manifests/" + before)).asByteArray();
    registry.pushManifest(tag, Registry.MANIFEST, new String(old, StandardCharsets.UTF_8));
    return registry.pushManifest(tag, Registry.MANIFEST, manifest);
  }
}
