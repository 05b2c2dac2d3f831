package io.deltaport.meta;

/** PostgreSQL refused a write because its disk is full; nothing of the transaction remains. */
public final class DatabaseFullException extends MetadataException {
  private static final long serialVersionUID = 1L;

  public DatabaseFullException(Throwable cause) {
    super("the disk of the database is full", cause);
  }
}
