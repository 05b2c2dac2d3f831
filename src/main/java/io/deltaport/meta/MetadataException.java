package io.deltaport.meta;

/** The database failed for a reason that is no fault of the caller. */
public sealed class MetadataException extends RuntimeException
    permits DatabaseFullException, DatabaseUnavailableException {
  private static final long serialVersionUID = 1L;

  public MetadataException(String message, Throwable cause) {
    super(message, cause);
  }
}
