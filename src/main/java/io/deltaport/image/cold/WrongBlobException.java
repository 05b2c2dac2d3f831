package io.deltaport.image.cold;

import io.deltaport.oci.Digest;
import java.io.IOException;

/** What was made from recipes and objects is not the blob that was pushed: something is damaged. */
final class WrongBlobException extends IOException {
  private static final long serialVersionUID = 1L;

  WrongBlobException(Digest digest, String problem) {
    super("the blob " + digest + " was made again wrongly: " + problem);
  }
}
