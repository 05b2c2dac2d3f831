package io.deltaport.image;

import io.deltaport.oci.Manifest;
import io.deltaport.oci.OciFormatException;
import io.deltaport.oci.OciParser;

/** Reads manifests that were checked when they were pushed. */
public final class StoredManifest {
  private StoredManifest() {}

  /**
   * Returns the manifest.
   *
   * @param name what to call it when it is malformed after all
   */
  public static Manifest parse(byte[] content, String mediaType, String name) {
    try {
      return OciParser.manifest(content, mediaType);
    } catch (OciFormatException e) {
      throw new IllegalStateException("the stored " + name + " is malformed", e);
    }
  }
}
