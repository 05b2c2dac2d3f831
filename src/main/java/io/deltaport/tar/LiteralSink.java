package io.deltaport.tar;

import java.io.IOException;

/** Takes, in order, every byte of an archive that was not read as file content. */
@FunctionalInterface
public interface LiteralSink {
  /** Ignores them. */
  LiteralSink NONE = (bytes, offset, length) -> {};

  /** Takes {@code length} bytes; the array is reused after the call. */
  void literal(byte[] bytes, int offset, int length) throws IOException;
}
