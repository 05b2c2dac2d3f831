package io.deltaport.delta.ocidelta;

/** The names that the format gives to things. */
public final class Annotations {
  public static final String ARTIFACT_TYPE = "application/vnd.io.github.containers.oci-delta.v1";

  /** What older tools call the artifact. */
  public static final String ARTIFACT_TYPE_OLD = "application/vnd.redhat.oci-delta.v1";

  public static final String TAR_DIFF = "application/vnd.tar-diff";

  private static final String PREFIX = "io.github.containers.delta.";

  /** Of the manifest: digest of the target manifest. */
  public static final String TARGET = PREFIX + "target";

  /** Of the manifest: digest of the source manifest. */
  public static final String SOURCE = PREFIX + "source";

  /** Of the manifest: digest of the source config, by which a device finds the source. */
  public static final String SOURCE_CONFIG = PREFIX + "source-config";

  /** Of the manifest: JSON list of the target layers that the device has. */
  public static final String REUSED = PREFIX + "reused";

  /** Of the manifest: JSON list of their diff_ids, in the same order. */
  public static final String REUSED_DIFF_ID = PREFIX + "reused-diff-id";

  /**
   * Of the manifest, and of no format but ours: how many bytes of tar-diffs are about changed files
   * that are compressed by themselves, in decimal; missing when none are.
   */
  public static final String COMPRESSED_BYTES = "io.deltaport.delta.compressed-bytes";

  /** Of a layer: what it holds. */
  public static final String CONTENT = PREFIX + "content";

  /** Of a layer that holds a target layer: the digest of that one in the target manifest. */
  public static final String TO = PREFIX + "to";

  public static final String CONTENT_MANIFEST = "image-manifest";
  public static final String CONTENT_CONFIG = "image-config";
  public static final String CONTENT_LAYER = "image-layer";

  /** The manifest of a signature of the target. */
  public static final String CONTENT_SIGNATURE = "cosign-signature";

  /** What the manifest of a signature names: its config and its layers. */
  public static final String CONTENT_SIGNATURE_CONTENT = "cosign-signature-content";

  private Annotations() {}
}
