package io.deltaport.image;

import io.deltaport.delta.ocidelta.DeltaImage;
import io.deltaport.meta.ManifestEntity;
import io.deltaport.oci.Digest;
import io.deltaport.oci.OciFormatException;
import io.deltaport.oci.OciParser;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.InputStream;

/** Reads images whole: manifest and config together. Thread-safe. */
@ApplicationScoped
class StoredImage {
  private final BlobStore blobs;

  StoredImage(BlobStore blobs) {
    this.blobs = blobs;
  }

  /**
   * Reads and parses the image behind a manifest row.
   *
   * @throws OciFormatException if manifest and config make no image
   */
  DeltaImage read(ManifestEntity manifest) throws IOException {
    if (!manifest.image) {
      throw new OciFormatException(manifest.digest + " is not an image with layers of files");
    }
    byte[] config;
    try (InputStream in = blobs.open(Digest.parse(manifest.configDigest))) {
      config = in.readNBytes(OciParser.MANIFEST_BYTES_MAX + 1);
    }
    return DeltaImage.parse(Digest.parse(manifest.digest), manifest.content, config);
  }
}
