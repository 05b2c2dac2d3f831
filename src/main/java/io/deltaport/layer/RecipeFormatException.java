package io.deltaport.layer;

import io.deltaport.oci.Digest;
import java.io.IOException;

/** A recipe is damaged, or of a version that this program does not know. */
public final class RecipeFormatException extends IOException {
  private static final long serialVersionUID = 1L;

  RecipeFormatException(Digest diffId, String problem) {
    this(diffId, problem, null);
  }

  RecipeFormatException(Digest diffId, String problem, Throwable cause) {
    super("recipe of layer " + diffId + ": " + problem, cause);
  }
}
