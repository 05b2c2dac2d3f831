package io.deltaport.image;

import io.deltaport.delta.ocidelta.DeltaImage;
import io.deltaport.layer.CommitDetails;
import io.deltaport.layer.FlatTree;
import io.deltaport.layer.OstreeLayout;
import io.deltaport.ostree.Variant;
import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What the commit of an image says of the image, under the keys that OSTree and bootc use. */
final class CommitMetadata {
  private static final String MANIFEST_DIGEST = "ostree.manifest-digest";
  private static final String BOOTABLE = "ostree.bootable";
  private static final String LINUX = "ostree.linux";
  private static final String VERSION = "version";
  private static final String VERSION_LABEL = "org.opencontainers.image.version";
  private static final String CREATED_ANNOTATION = "org.opencontainers.image.created";
  private static final String BOOTC_LABEL = "containers.bootc";

  private CommitMetadata() {}

  /**
   * Returns the details of a commit that depends on the image alone, not on where it was pushed.
   */
  static CommitDetails of(DeltaImage image, FlatTree layout) {
    Map<String, String> labels = image.config().labels();
    Map<String, Variant> metadata = new TreeMap<>();
    metadata.put(MANIFEST_DIGEST, Variant.string(image.digest().toString()));
    String kernel = OstreeLayout.kernel(layout);
    if (kernel != null) {
      metadata.put(LINUX, Variant.string(kernel));
    }
    if (kernel != null || labels.containsKey(BOOTABLE) || labels.containsKey(BOOTC_LABEL)) {
      metadata.put(BOOTABLE, Variant.bool(true));
    }
    String version = labels.get(VERSION_LABEL);
    if (version != null) {
      metadata.put(VERSION, Variant.string(version));
    }
    return new CommitDetails(
        metadata, Optional.empty(), "Image " + image.digest(), "", createdSeconds(image));
  }

  /** Returns when the image was built, in seconds since 1970; 0 when it does not say. */
  private static long createdSeconds(DeltaImage image) {
    String created =
        image.manifest().annotations().getOrDefault(CREATED_ANNOTATION, image.config().created());
    if (created == null) {
      return 0;
    }
    try {
      return Math.max(0, OffsetDateTime.parse(created).toEpochSecond());
    } catch (DateTimeException e) {
      return 0;
    }
  }
}
