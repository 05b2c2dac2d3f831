package io.deltaport.layer;

import io.deltaport.ostree.Checksum;

/**
 * One record of a recipe. Literals and contents in their order are the tar, byte for byte; entries
 * say what it means. Arrays are shared, not copied.
 */
@SuppressWarnings("ArrayRecordComponent") // never compared as records
public sealed interface RecipeRecord {
  /** Bytes of the tar that are no file content: headers, padding, end blocks and what follows. */
  record Literal(byte[] bytes) implements RecipeRecord {}

  /**
   * Bytes of the tar that a file object holds.
   *
   * @param object a file object
   * @param offset first byte, counted in the object's content, without its header
   * @param length number of bytes, at least 1
   */
  record Content(Checksum object, long offset, long length) implements RecipeRecord {}

  /**
   * One entry of the layer. It stands after its own content and before the next entry's.
   *
   * @param path normalised: no leading, trailing or double slash, no {@code .} or {@code ..}; empty
   *     for the root. For whiteouts the path that is hidden, for opaque folders the folder
   * @param object file object, or dirmeta of a folder; null where the kind has none
   * @param length bytes of a regular file's content, its holes filled; else 0
   * @param target normalised path that a hard link names; else empty
   */
  record Entry(EntryKind kind, byte[] path, Checksum object, long length, byte[] target)
      implements RecipeRecord {}
}
