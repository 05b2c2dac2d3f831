package io.deltaport.deflate;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;

/** A file with deflate streams and other bytes in it. Not thread-safe. */
public final class DeflateInput {
  private final BitInput in;
  private SegmentReader stream;

  public DeflateInput(InputStream in) {
    this.in = new BitInput(in);
  }

  /** Says whether all was read; not inside a stream. */
  public boolean atEnd() throws IOException {
    return in.atEnd();
  }

  /** Returns how many bytes were read, between streams. */
  public long position() {
    return in.position() / Byte.SIZE;
  }

  /**
   * Returns the next byte, which is not in a stream.
   *
   * @throws DeflateFormatException at the end
   */
  public int read() throws IOException {
    return (int) in.take(Byte.SIZE);
  }

  /** Takes all bytes that are left, at most {@code max}. */
  public byte[] readRest(int max) throws IOException {
    ByteArrayOutputStream rest = new ByteArrayOutputStream();
    while (rest.size() < max && !in.atEnd()) {
      rest.write(read());
    }
    return rest.toByteArray();
  }

  /** Begins a deflate stream. */
  public void begin() {
    stream = new SegmentReader(in);
  }

  /**
   * Reads the stream's next segment. Behind the last one the input is at the next whole byte.
   *
   * @throws DeflateFormatException if there is no such stream, or one that no compressor makes
   */
  public Segment next() throws IOException {
    return stream.next();
  }
}
