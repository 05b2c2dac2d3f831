package io.deltaport.layer;

import com.github.luben.zstd.ZstdIOException;
import io.deltaport.oci.Digest;
import io.deltaport.util.PieceInputStream;
import io.deltaport.util.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.util.Objects;

/**
 * The uncompressed tar of a layer: counted, hashed for its diff_id and held to the limits while it
 * is read. Not thread-safe.
 */
final class ExpandedLayer extends PieceInputStream {
  private final CountingInputStream blob;
  private final LayerCompression compression;
  private final InputStream tar;
  private final LayerLimits limits;
  private final MessageDigest digest = Sha256.newDigest();
  private long length;

  private ExpandedLayer(
      CountingInputStream blob, LayerCompression.Detected detected, LayerLimits limits)
      throws IOException {
    this.blob = blob;
    this.compression = detected.compression();
    this.tar = compression.expand(detected.blob());
    this.limits = limits;
  }

  /** Opens a blob, whose compression is told by its first bytes; closing closes the blob. */
  static ExpandedLayer open(InputStream blob, LayerLimits limits) throws IOException {
    CountingInputStream counted = new CountingInputStream(blob);
    return new ExpandedLayer(counted, LayerCompression.detect(counted), limits);
  }

  LayerCompression compression() {
    return compression;
  }

  /** Returns the bytes of tar so far. */
  long length() {
    return length;
  }

  /** Returns the bytes of blob taken so far. */
  long blobLength() {
    return blob.count();
  }

  /** Returns the digest of the whole tar, once, after its end. */
  Digest diffId() {
    return Digest.ofSha256(digest.digest());
  }

  @Override
  public int read(byte[] bytes, int offset, int count) throws IOException {
    Objects.checkFromIndexSize(offset, count, bytes.length);
    int got;
    try {
      got = tar.read(bytes, offset, count);
    } catch (ZstdIOException e) {
      throw new NotAbsorbableException(
          "its zstd stream is damaged or cut near byte " + blob.count() + ": " + e.getMessage(), e);
    }
    if (got > 0) {
      digest.update(bytes, offset, got);
      length += got;
      checkLimits();
    }
    return got;
  }

  private void checkLimits() throws NotAbsorbableException {
    if (length > limits.expandedMaxBytes()) {
      throw new NotAbsorbableException(
          "expands to more than the limit of " + limits.expandedMaxBytes() + " bytes");
    }
    if (length > limits.ratioGraceBytes() && length / limits.ratioMax() > blob.count()) {
      throw new NotAbsorbableException(
          "expands more than " + limits.ratioMax() + " times, which looks like a bomb");
    }
  }

  @Override
  public void close() throws IOException {
    tar.close();
  }
}
