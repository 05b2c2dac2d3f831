package io.deltaport.layer.blob;

import io.deltaport.util.Sha256;
import java.nio.charset.StandardCharsets;

/**
 * Numbers of blob recipes, version 1, as docs/formats/blob-recipe.md describes them; big-endian.
 */
final class BlobRecipeFormat {
  static final int VERSION = 1;
  static final byte[] HEAD_MAGIC = "DPBLOBR\n".getBytes(StandardCharsets.US_ASCII);
  static final byte[] FOOT_MAGIC = "DPBREND\n".getBytes(StandardCharsets.US_ASCII);

  /** Magic, u32 version, u32 kind. */
  static final int HEAD_BYTES = 16;

  /** Room for the longest digest: SHA-512. */
  static final int DIGEST_BYTES = 64;

  /**
   * u64 payload length, u64 blob length, u64 tar length, diff_id, the blob's digest with zeros
   * behind it, u32 length of that digest, u32 zero, magic, SHA-256 of all before.
   */
  static final int FOOT_BYTES =
      3 * 8 + Sha256.LENGTH_BYTES + DIGEST_BYTES + 2 * 4 + 8 + Sha256.LENGTH_BYTES;

  private BlobRecipeFormat() {}
}
