package io.deltaport.layer.blob;

import io.deltaport.oci.Digest;
import java.io.IOException;

/** A blob recipe is damaged, of a kind that this program does not know, or makes another blob. */
public final class BlobRecipeException extends IOException {
  private static final long serialVersionUID = 1L;

  private final transient Digest blob;

  public BlobRecipeException(Digest blob, String problem) {
    this(blob, problem, null);
  }

  public BlobRecipeException(Digest blob, String problem, Throwable cause) {
    super("recipe of blob " + blob + ": " + problem, cause);
    this.blob = blob;
  }

  /** Returns the digest of the blob that the recipe is for. */
  public Digest blob() {
    return blob;
  }
}
