package io.deltaport.oci;

import java.io.IOException;

/** A manifest, index, config or layout that breaks its format; the message is for people. */
public final class OciFormatException extends IOException {
  private static final long serialVersionUID = 1L;

  public OciFormatException(String message) {
    super(message);
  }

  public OciFormatException(String message, Throwable cause) {
    super(message, cause);
  }
}
