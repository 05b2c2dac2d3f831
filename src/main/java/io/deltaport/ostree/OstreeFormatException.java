package io.deltaport.ostree;

import java.io.IOException;

/** The bytes are no OSTree object of the kind that was asked for. */
public final class OstreeFormatException extends IOException {
  private static final long serialVersionUID = 1L;

  public OstreeFormatException(String message) {
    super(message);
  }
}
