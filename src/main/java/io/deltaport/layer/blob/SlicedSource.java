package io.deltaport.layer.blob;

import io.deltaport.util.ByteSource;
import io.deltaport.util.PieceInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;

/**
 * A part of other bytes. Thread-safe.
 *
 * @param whole what it is a part of
 * @param from its first byte there
 */
record SlicedSource(ByteSource whole, long from, long length) implements ByteSource {
  SlicedSource {
    Objects.checkFromIndexSize(from, length, whole.length());
  }

  @Override
  public InputStream open(long offset) throws IOException {
    Objects.checkIndex(offset, length + 1);
    return new Bounded(whole.open(from + offset), length - offset);
  }

  private static final class Bounded extends PieceInputStream {
    private final InputStream in;
    private long left;

    Bounded(InputStream in, long left) {
      this.in = in;
      this.left = left;
    }

    @Override
    public int read(byte[] bytes, int offset, int count) throws IOException {
      if (left == 0 && count > 0) {
        return -1;
      }
      int got = in.read(bytes, offset, (int) Math.min(count, left));
      left -= Math.max(got, 0);
      return got;
    }

    @Override
    public long skip(long count) throws IOException {
      long skipped = in.skip(Math.min(count, left));
      left -= skipped;
      return skipped;
    }

    @Override
    public void close() throws IOException {
      in.close();
    }
  }
}
