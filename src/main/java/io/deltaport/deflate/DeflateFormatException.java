package io.deltaport.deflate;

import java.io.IOException;

/** A deflate stream, or the description of one, breaks its format. */
public final class DeflateFormatException extends IOException {
  private static final long serialVersionUID = 1L;

  public DeflateFormatException(String message) {
    super(message);
  }
}
