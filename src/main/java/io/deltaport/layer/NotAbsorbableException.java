package io.deltaport.layer;

import java.io.IOException;

/**
 * A layer, or the tree of an image, cannot be kept as objects; the message tells people why. The
 * raw blob is still stored and served. Trying again cannot help.
 */
public final class NotAbsorbableException extends IOException {
  private static final long serialVersionUID = 1L;

  /** Tells the reason as the rest of a sentence that begins with the layer's name. */
  public NotAbsorbableException(String reason) {
    super(reason);
  }

  /** As above, with what found it. */
  public NotAbsorbableException(String reason, Throwable cause) {
    super(reason, cause);
  }
}
