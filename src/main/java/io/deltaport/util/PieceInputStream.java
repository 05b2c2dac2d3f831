package io.deltaport.util;

import java.io.IOException;
import java.io.InputStream;

/** An input stream that gives pieces; a single byte is a piece of one. */
public abstract class PieceInputStream extends InputStream {
  @Override
  public final int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public abstract int read(byte[] bytes, int offset, int count) throws IOException;
}
