package io.deltaport.meta;

/**
 * The database could not be reached for so long that the caller should hear of it. Whether the
 * transaction took place is not known; asking again does no harm.
 */
public final class DatabaseUnavailableException extends MetadataException {
  private static final long serialVersionUID = 1L;

  public DatabaseUnavailableException(Throwable cause) {
    super("the database does not answer", cause);
  }
}
