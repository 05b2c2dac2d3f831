package io.deltaport.util;

import java.io.FilterInputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** Streams whose end leaves open what they stand before, for codecs that close what they are on. */
public final class Unclosed {
  private Unclosed() {}

  /** Returns the stream; closing it does nothing. */
  public static InputStream of(InputStream in) {
    return new FilterInputStream(in) {
      @Override
      public void close() {}
    };
  }

  /** Returns the stream; closing it flushes {@code out}. */
  public static OutputStream of(OutputStream out) {
    return new FilterOutputStream(out) {
      @Override
      public void write(byte[] bytes, int offset, int length) throws IOException {
        out.write(bytes, offset, length);
      }

      @Override
      public void close() throws IOException {
        out.flush();
      }
    };
  }
}
