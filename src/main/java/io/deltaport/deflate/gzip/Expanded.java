package io.deltaport.deflate.gzip;

import java.io.IOException;
import java.io.InputStream;

/** What a gzip file stands for, from any place on. Thread-safe. */
@FunctionalInterface
public interface Expanded {
  InputStream open(long offset) throws IOException;
}
