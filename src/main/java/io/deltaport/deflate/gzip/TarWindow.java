package io.deltaport.deflate.gzip;

import io.deltaport.deflate.DeflateFormatException;
import io.deltaport.deflate.Segment;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;

/** Hands out overlapping ranges of a stream, going forwards. Not thread-safe. */
final class TarWindow implements Closeable {
  private final InputStream in;
  private final long length;
  private final byte[] kept =
      new byte[2 * (Segment.HISTORY_BYTES + Segment.LENGTH_MAX + Segment.LOOKAHEAD_BYTES)];
  private long keptFrom;
  private int keptLength;

  /**
   * Begins.
   *
   * @param from the stream's offset in what it is a part of
   * @param length length of the whole
   */
  TarWindow(InputStream in, long from, long length) {
    this.in = in;
    this.keptFrom = from;
    this.length = length;
  }

  /**
   * Copies a range, or the part of it that is there before the end.
   *
   * @return how many bytes were copied
   */
  int copy(long from, int count, byte[] to) throws IOException {
    int some = (int) Math.min(count, length - from);
    int missing = (int) (from + some - keptFrom) - keptLength;
    if (missing > 0) {
      read(from, missing);
    }
    System.arraycopy(kept, (int) (from - keptFrom), to, 0, some);
    return some;
  }

  private void read(long needed, int missing) throws IOException {
    if (keptLength + missing > kept.length) {
      int useless = (int) (needed - keptFrom);
      System.arraycopy(kept, useless, kept, 0, keptLength - useless);
      keptFrom += useless;
      keptLength -= useless;
    }
    int got = in.readNBytes(kept, keptLength, missing);
    keptLength += got;
    if (got < missing) {
      throw new DeflateFormatException("what a gzip file stands for is shorter than it was");
    }
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
