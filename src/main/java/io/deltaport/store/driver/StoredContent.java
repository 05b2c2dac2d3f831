package io.deltaport.store.driver;

/**
 * What a stored file is.
 *
 * @param name digest of a blob, SHA-256 of a pack in hexadecimal, diff_id of a recipe, digest of
 *     the blob of a blob recipe
 */
public record StoredContent(Kind kind, String name) {
  /** The kinds of files that a store keeps. */
  public enum Kind {
    BLOB,
    PACK,
    RECIPE,
    BLOB_RECIPE
  }
}
