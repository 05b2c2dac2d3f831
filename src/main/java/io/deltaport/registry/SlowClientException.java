package io.deltaport.registry;

import java.io.IOException;

/** The client sends so slowly that the server stops waiting for it. */
public final class SlowClientException extends IOException {
  private static final long serialVersionUID = 1L;

  SlowClientException(String message) {
    super(message);
  }
}
