package io.deltaport.delta.ocidelta;

import java.io.IOException;

/** There can be no delta between these images, or this one cannot be applied; for people. */
public final class DeltaException extends IOException {
  private static final long serialVersionUID = 1L;

  public DeltaException(String message) {
    super(message);
  }

  public DeltaException(String message, Throwable cause) {
    super(message, cause);
  }
}
