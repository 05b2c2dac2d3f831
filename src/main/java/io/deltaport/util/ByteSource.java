package io.deltaport.util;

import java.io.IOException;
import java.io.InputStream;

/**
 * Bytes that can be read from any offset, as often as needed. Thread-safe; each stream belongs to
 * one thread.
 */
public interface ByteSource {
  /** Returns the number of bytes. */
  long length();

  /**
   * Opens everything from {@code offset}, which is 0 to {@link #length}, to the end. Whoever needs
   * less reads less: nothing is read ahead by more than a buffer.
   */
  InputStream open(long offset) throws IOException;

  /** Opens some bytes from an offset to their end. */
  @FunctionalInterface
  interface Opening {
    InputStream open(long offset) throws IOException;
  }

  /** Returns so many bytes that are read as {@code opening} does. */
  static ByteSource of(long length, Opening opening) {
    return new ByteSource() {
      @Override
      public long length() {
        return length;
      }

      @Override
      public InputStream open(long offset) throws IOException {
        return opening.open(offset);
      }
    };
  }
}
