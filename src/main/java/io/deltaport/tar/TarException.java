package io.deltaport.tar;

import java.io.IOException;

/** The archive is malformed; the message says what is wrong and at which byte. */
public final class TarException extends IOException {
  private static final long serialVersionUID = 1L;

  public TarException(String message, long offset) {
    super(message + " at byte " + offset);
  }
}
