package io.deltaport.image;

import io.deltaport.oci.ErrorCode;

/** A request that cannot be fulfilled as asked, with what the client is told. */
public final class RegistryException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final ErrorCode code;
  private final int status;

  public RegistryException(ErrorCode code, String message) {
    this(code, code.status(), message);
  }

  /** As above, with another HTTP status than the code's usual one. */
  public RegistryException(ErrorCode code, int status, String message) {
    super(message);
    this.code = code;
    this.status = status;
  }

  public ErrorCode code() {
    return code;
  }

  /** Returns the HTTP status. */
  public int status() {
    return status;
  }
}
