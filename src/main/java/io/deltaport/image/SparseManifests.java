package io.deltaport.image;

/**
 * Which manifests may name content that their repository does not have: the setting {@code
 * deltaport.sparse-manifests}.
 */
public enum SparseManifests {
  /** Everything that a manifest names must be there before it. */
  NONE,
  /** An index may name manifests that are not there: other platforms, for example. */
  INDEXES,
  /** Configs and layers may be missing, too. */
  ALL;

  boolean allowMissingManifests() {
    return this != NONE;
  }

  boolean allowMissingBlobs() {
    return this == ALL;
  }
}
