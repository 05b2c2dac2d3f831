package io.deltaport.sign;

import java.io.IOException;

/** The bytes are no key that can be used; the message says what is wrong, and never shows them. */
public final class KeyFormatException extends IOException {
  private static final long serialVersionUID = 1L;

  public KeyFormatException(String message) {
    super(message);
  }

  public KeyFormatException(String message, Throwable cause) {
    super(message, cause);
  }
}
