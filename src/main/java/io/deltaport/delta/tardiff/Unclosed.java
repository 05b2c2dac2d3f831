package io.deltaport.delta.tardiff;

import java.io.FilterInputStream;
import java.io.InputStream;

/** Lets a decompressor be closed without what it reads from. */
final class Unclosed extends FilterInputStream {
  Unclosed(InputStream in) {
    super(in);
  }

  @Override
  public void close() {}
}
