package io.deltaport.it;

import java.io.InputStream;
import java.util.Random;

/** A random block, repeated up to any length: large content without a file. Not thread-safe. */
final class RepeatedBytes extends InputStream {
  private static final int BLOCK_BYTES = 1 << 20;

  private final byte[] block = new byte[BLOCK_BYTES];
  private final long length;
  private long position;

  RepeatedBytes(long seed, long length) {
    new Random(seed).nextBytes(block);
    this.length = length;
  }

  @Override
  public int read() {
    return position == length ? -1 : block[(int) (position++ % BLOCK_BYTES)] & 0xff;
  }

  @Override
  public int read(byte[] bytes, int offset, int count) {
    if (position == length) {
      return -1;
    }
    int from = (int) (position % BLOCK_BYTES);
    int n = (int) Math.min(Math.min(count, BLOCK_BYTES - from), length - position);
    System.arraycopy(block, from, bytes, offset, n);
    position += n;
    return n;
  }
}
