package io.deltaport.delta.ocidelta;

import io.deltaport.oci.Descriptor;
import io.deltaport.oci.Digest;
import io.deltaport.oci.ImageConfig;
import io.deltaport.oci.Manifest;
import io.deltaport.oci.OciFormatException;
import io.deltaport.oci.OciParser;
import java.util.List;

/**
 * An image as a delta needs to know it: manifest and config verbatim and parsed.
 *
 * @param digest of the manifest
 */
public record DeltaImage(
    Digest digest,
    byte[] manifestBytes,
    Manifest manifest,
    byte[] configBytes,
    ImageConfig config) {

  /**
   * Parses an image and checks that manifest and config belong together.
   *
   * @throws OciFormatException if they do not, or one is malformed
   */
  public static DeltaImage parse(Digest digest, byte[] manifestBytes, byte[] configBytes)
      throws OciFormatException {
    Manifest manifest = OciParser.manifest(manifestBytes, null);
    if (!manifest.isImage()) {
      throw new OciFormatException(digest + " is not an image with layers of files");
    }
    if (!Digest.sha256(configBytes).toString().equals(manifest.config().digest())
        && manifest.config().parsedDigest().algorithm().equals("sha256")) {
      throw new OciFormatException(
          "the config of " + digest + " does not have the digest that its manifest names");
    }
    ImageConfig config = OciParser.config(configBytes);
    if (config.diffIds().size() != manifest.layers().size()) {
      throw new OciFormatException(
          digest
              + " has "
              + manifest.layers().size()
              + " layers but "
              + config.diffIds().size()
              + " diff_ids");
    }
    return new DeltaImage(digest, manifestBytes, manifest, configBytes, config);
  }

  /** Returns the layers, bottom first. */
  public List<Descriptor> layers() {
    return manifest.layers();
  }

  /** Returns the digest of the uncompressed tar of a layer. */
  public Digest diffId(int layer) {
    return config.diffIds().get(layer);
  }
}
