package io.deltaport.image.keys;

/**
 * A key that should sign cannot be used now; the message says what an operator can do. Whoever
 * asked for a signature must not serve the content without it.
 */
public final class KeysUnavailableException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public KeysUnavailableException(String message) {
    super(message);
  }

  public KeysUnavailableException(String message, Throwable cause) {
    super(message, cause);
  }
}
