package io.deltaport.http;

import java.io.IOException;

/** The connection ended before the body of the request or of the answer did. */
public final class ClientGoneException extends IOException {
  private static final long serialVersionUID = 1L;

  /** Says what the connection ended with. */
  public ClientGoneException(Throwable cause) {
    super("the body ended early", cause);
  }
}
