package io.deltaport.deflate.gzip;

import java.io.IOException;
import java.io.InputStream;

/** A payload at rest. Thread-safe. */
public interface PayloadBytes {
  long length();

  /** Opens a range of the payload's bytes. */
  InputStream open(long offset, long length) throws IOException;
}
