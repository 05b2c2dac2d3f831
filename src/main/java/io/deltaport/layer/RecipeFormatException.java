package io.deltaport.layer;

import io.deltaport.oci.Digest;
import java.io.IOException;

/** A recipe is damaged, or of a version that this program does not know. */
public final class RecipeFormatException extends IOException {
  private static final long serialVersionUID = 1L;

  private final transient Digest diffId;

  RecipeFormatException(Digest diffId, String problem) {
    this(diffId, problem, null);
  }

  RecipeFormatException(Digest diffId, String problem, Throwable cause) {
    super("recipe of layer " + diffId + ": " + problem, cause);
    this.diffId = diffId;
  }

  /** Returns the digest of the tar that the recipe is for. */
  public Digest diffId() {
    return diffId;
  }
}
