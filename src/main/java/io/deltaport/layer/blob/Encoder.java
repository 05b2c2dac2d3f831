package io.deltaport.layer.blob;

import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;

/** A compressor in the making of one blob. Not thread-safe; closing frees its memory. */
interface Encoder extends Closeable {
  /** Takes bytes of the tar; writes what it has of the blob by then. */
  void encode(byte[] bytes, int count, OutputStream blob) throws IOException;

  /** Writes the rest of the blob. */
  void finish(OutputStream blob) throws IOException;
}
