package io.deltaport.image.refs;

import io.deltaport.oci.Descriptor;
import io.deltaport.oci.Manifest;
import io.deltaport.oci.Platform;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;

/** What the refs of a tag are called. */
final class RefNames {
  /** Architectures and variants as they can stand in a ref. */
  private static final Pattern REF_PART = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._-]{0,63}");

  private RefNames() {}

  /** Returns the images of a tag by the names of their refs: one image, or those of an index. */
  static Map<String, String> of(String tag, Manifest manifest, String digest) {
    return manifest.isImage() ? Map.of(tag, digest) : ofIndex(tag, manifest);
  }

  /** Returns the images of an index by the names of their refs; of two with one name the first. */
  static Map<String, String> ofIndex(String tag, Manifest index) {
    Map<String, String> images = new LinkedHashMap<>();
    for (Descriptor image : index.manifests()) {
      String suffix = suffix(image.platform());
      if (suffix != null) {
        images.putIfAbsent(tag + suffix, image.digest());
      }
    }
    return images;
  }

  /** Returns what follows the tag in the name of a ref; tags have no slash. */
  static String suffix(String ref) {
    int slash = ref.indexOf('/');
    return slash < 0 ? "" : ref.substring(slash);
  }

  /**
   * Returns what follows the tag in the name of a platform's ref, or null when it can have none.
   */
  private static String suffix(Platform platform) {
    if (platform == null || !isRefPart(platform.architecture())) {
      return null;
    }
    String variant = platform.variant();
    if (variant == null || variant.isEmpty()) {
      return "/" + platform.architecture();
    }
    return isRefPart(variant) ? "/" + platform.architecture() + "/" + variant : null;
  }

  private static boolean isRefPart(String text) {
    return text != null && REF_PART.matcher(text).matches() && !text.equals("unknown");
  }
}
