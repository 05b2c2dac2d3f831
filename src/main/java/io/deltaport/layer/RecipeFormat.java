package io.deltaport.layer;

import io.deltaport.util.Sha256;
import java.nio.charset.StandardCharsets;

/** Numbers of the recipe format, version 1, as docs/formats/recipe.md describes it; big-endian. */
final class RecipeFormat {
  static final int VERSION = 1;
  static final byte[] HEAD_MAGIC = "DPRECIP\n".getBytes(StandardCharsets.US_ASCII);
  static final byte[] FOOT_MAGIC = "DPRCEND\n".getBytes(StandardCharsets.US_ASCII);

  /** Magic, u32 version, u32 flags. */
  static final int HEAD_BYTES = 16;

  /** u64 body length, u64 tar length, u64 entries, diff_id, magic, SHA-256 of all before. */
  static final int FOOT_BYTES = 3 * 8 + Sha256.LENGTH_BYTES + 8 + Sha256.LENGTH_BYTES;

  static final int END = 0;
  static final int LITERAL = 1;
  static final int CONTENT = 2;
  static final int ENTRY = 3;

  /** Longest literal record: bounds the reader's memory; longer runs are split. */
  static final int LITERAL_MAX_BYTES = 64 * 1024;

  /** Longest path or link target: Linux's PATH_MAX. */
  static final int PATH_MAX_BYTES = 4096;

  private RecipeFormat() {}
}
