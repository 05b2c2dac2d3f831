package io.deltaport.layer.blob;

import io.deltaport.util.ByteSource;
import io.deltaport.util.PieceInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Objects;

/** The blob that an encoder makes of a tar, while it is read. Not thread-safe. */
final class EncodedStream extends PieceInputStream {
  private static final int BUFFER_BYTES = 128 * 1024;

  private final InputStream tar;
  private final Encoder encoder;
  private final byte[] buffer = new byte[BUFFER_BYTES];
  private final Made made = new Made();
  private boolean finished;

  private EncodedStream(InputStream tar, Encoder encoder) {
    this.tar = tar;
    this.encoder = encoder;
  }

  /** Opens the blob; the encoder is closed with the stream, or when this fails. */
  static EncodedStream open(ByteSource tar, Encoder encoder) throws IOException {
    try {
      return new EncodedStream(tar.open(0), encoder);
    } catch (IOException | RuntimeException e) {
      encoder.close();
      throw e;
    }
  }

  /** As above, from an offset: what lies before it is made and thrown away. */
  static InputStream open(ByteSource tar, Encoder encoder, long offset) throws IOException {
    InputStream blob = open(tar, encoder);
    try {
      blob.skipNBytes(offset);
      return blob;
    } catch (IOException | RuntimeException e) {
      blob.close();
      throw e;
    }
  }

  /**
   * Says whether an encoder makes the very blob of the tar; ends at the first byte that differs.
   */
  static boolean gives(ByteSource blob, ByteSource tar, Encoder encoder) throws IOException {
    byte[] wanted = new byte[BUFFER_BYTES];
    byte[] got = new byte[BUFFER_BYTES];
    try (InputStream trial = open(tar, encoder);
        InputStream in = blob.open(0)) {
      int count;
      do {
        count = trial.read(got);
        // One byte more than the trial's end shows whether the blob goes on.
        int most = Math.max(count, 1);
        int there = in.readNBytes(wanted, 0, most);
        if (there != Math.max(count, 0) || !Arrays.equals(got, 0, there, wanted, 0, there)) {
          return false;
        }
      } while (count >= 0);
      return true;
    }
  }

  @Override
  public int read(byte[] bytes, int offset, int count) throws IOException {
    Objects.checkFromIndexSize(offset, count, bytes.length);
    if (count == 0) {
      return 0;
    }
    while (made.left() == 0) {
      if (finished) {
        return -1;
      }
      made.reset();
      encode();
    }
    return made.take(bytes, offset, count);
  }

  private void encode() throws IOException {
    int got = tar.read(buffer);
    if (got < 0) {
      encoder.finish(made);
      finished = true;
    } else {
      encoder.encode(buffer, got, made);
    }
  }

  @Override
  public void close() throws IOException {
    try (encoder) {
      tar.close();
    }
  }

  /** What the encoder has made and nobody has taken yet: a few times the buffer at most. */
  private static final class Made extends ByteArrayOutputStream {
    private int taken;

    int left() {
      return count - taken;
    }

    int take(byte[] bytes, int offset, int most) {
      int got = Math.min(most, left());
      System.arraycopy(buf, taken, bytes, offset, got);
      taken += got;
      return got;
    }

    @Override
    public synchronized void reset() {
      super.reset();
      taken = 0;
    }
  }
}
