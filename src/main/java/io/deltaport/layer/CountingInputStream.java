package io.deltaport.layer;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Counts what is read; neither skips nor marks. One thread reads; any thread may ask for the count.
 */
final class CountingInputStream extends FilterInputStream {
  private final AtomicLong count = new AtomicLong();

  CountingInputStream(InputStream in) {
    super(in);
  }

  long count() {
    return count.get();
  }

  @Override
  public int read() throws IOException {
    int b = in.read();
    count.addAndGet(b < 0 ? 0 : 1);
    return b;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    int got = in.read(bytes, offset, length);
    count.addAndGet(Math.max(got, 0));
    return got;
  }

  @Override
  public long skip(long length) {
    return 0;
  }

  @Override
  public boolean markSupported() {
    return false;
  }
}
