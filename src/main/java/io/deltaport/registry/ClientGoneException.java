package io.deltaport.registry;

import java.io.IOException;

/** The connection ended before the request's body did. */
public final class ClientGoneException extends IOException {
  private static final long serialVersionUID = 1L;

  ClientGoneException(Throwable cause) {
    super("the body ended early", cause);
  }
}
