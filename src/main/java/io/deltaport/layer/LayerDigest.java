package io.deltaport.layer;

import io.deltaport.oci.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.util.function.LongConsumer;

/** Tells which tar a layer blob holds. Thread-safe. */
public final class LayerDigest {
  private static final int BUFFER_BYTES = 128 * 1024;

  private LayerDigest() {}

  /**
   * Expands a blob and returns the digest of its tar, the diff_id. What is in the tar does not
   * matter.
   *
   * @param blob read to its end and closed
   * @param expanded hears now and then how many bytes of tar there were so far
   * @throws NotAbsorbableException if the blob is compressed in a way that is not known, damaged,
   *     or expands beyond the limits
   */
  public static Digest of(InputStream blob, LayerLimits limits, LongConsumer expanded)
      throws IOException {
    try (ExpandedLayer layer = ExpandedLayer.open(blob, limits)) {
      byte[] buffer = new byte[BUFFER_BYTES];
      while (layer.read(buffer, 0, buffer.length) >= 0) {
        expanded.accept(layer.length());
      }
      return layer.diffId();
    }
  }
}
