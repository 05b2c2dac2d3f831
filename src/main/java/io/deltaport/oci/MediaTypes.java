package io.deltaport.oci;

import java.util.Set;
import java.util.regex.Pattern;

/** The media types that Deltaport acts upon; every other one is kept verbatim. */
public final class MediaTypes {
  public static final String OCI_MANIFEST = "application/vnd.oci.image.manifest.v1+json";
  public static final String OCI_INDEX = "application/vnd.oci.image.index.v1+json";
  public static final String OCI_CONFIG = "application/vnd.oci.image.config.v1+json";
  public static final String OCI_EMPTY = "application/vnd.oci.empty.v1+json";
  public static final String OCI_LAYER_TAR = "application/vnd.oci.image.layer.v1.tar";
  public static final String OCI_LAYER_GZIP = "application/vnd.oci.image.layer.v1.tar+gzip";
  public static final String OCI_LAYER_ZSTD = "application/vnd.oci.image.layer.v1.tar+zstd";
  public static final String DOCKER_MANIFEST =
      "application/vnd.docker.distribution.manifest.v2+json";
  public static final String DOCKER_INDEX =
      "application/vnd.docker.distribution.manifest.list.v2+json";
  public static final String DOCKER_CONFIG = "application/vnd.docker.container.image.v1+json";

  private static final Set<String> MANIFESTS = Set.of(OCI_MANIFEST, DOCKER_MANIFEST);
  private static final Set<String> INDEXES = Set.of(OCI_INDEX, DOCKER_INDEX);

  // The characters and the length that RFC 6838 (section 4.2) allows.
  private static final Pattern OTHER_MANIFEST =
      Pattern.compile("application/[a-zA-Z0-9][a-zA-Z0-9!#$&^_.+-]{0,126}");

  private static final Set<String> IMAGE_CONFIGS = Set.of(OCI_CONFIG, DOCKER_CONFIG);

  private MediaTypes() {}

  /** Says whether the type is an image manifest, which artifacts use as well. */
  public static boolean isManifest(String mediaType) {
    return MANIFESTS.contains(mediaType);
  }

  /**
   * Says whether the type, which nobody has to know, may be that of a manifest: browsers show what
   * is {@code text} or {@code image}, which a registry is no place for.
   */
  public static boolean mayBeManifest(String mediaType) {
    return OTHER_MANIFEST.matcher(mediaType).matches();
  }

  /** Says whether the type is an index or a manifest list. */
  public static boolean isIndex(String mediaType) {
    return INDEXES.contains(mediaType);
  }

  /** Says whether the type is the configuration of a runnable image. */
  public static boolean isImageConfig(String mediaType) {
    return IMAGE_CONFIGS.contains(mediaType);
  }

  /** Says whether a registry may lack the blob because its licence forbids to pass it on. */
  public static boolean isNonDistributable(String mediaType) {
    return mediaType.contains(".nondistributable.")
        || mediaType.equals("application/vnd.docker.image.rootfs.foreign.diff.tar.gzip");
  }
}
