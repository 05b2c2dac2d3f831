package io.deltaport.image.cold;

import io.deltaport.oci.Digest;
import java.io.IOException;
import java.nio.file.NoSuchFileException;

/** A blob cannot be made again, as something that it is made from is damaged or missing. */
public final class DamagedBlobException extends NoSuchFileException {
  private static final long serialVersionUID = 1L;

  DamagedBlobException(Digest digest, IOException cause) {
    super(digest.toString());
    initCause(cause);
  }
}
