package io.deltaport.store.driver;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/**
 * A file being written. Not thread-safe. Closing an unnamed one that was not published discards it.
 */
public interface PendingFile extends AutoCloseable {
  /** Bytes written so far. */
  long length();

  /** Returns the stream that appends to the end; closing it changes nothing. */
  OutputStream output();

  /** Makes everything written so far durable. */
  void sync() throws IOException;

  /** Cuts the file back to {@code length} bytes, which it must have. */
  void truncate(long length) throws IOException;

  /** Opens what was written so far, from the start. */
  InputStream read() throws IOException;

  /**
   * Makes the file durable and visible under {@code key}: fsync, rename, fsync of the folder. It
   * replaces a file that is there: the same key means the same bytes, and those of the new file are
   * known to be good. Whoever reads the old one reads it to its end.
   */
  void publish(String key) throws IOException;

  @Override
  void close() throws IOException;
}
