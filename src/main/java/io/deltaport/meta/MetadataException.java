package io.deltaport.meta;

/** The database failed for a reason that is no fault of the caller. */
public final class MetadataException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public MetadataException(String message, Throwable cause) {
    super(message, cause);
  }
}
