package io.deltaport.deflate.gzip;

import io.deltaport.deflate.DeflateFormatException;
import io.deltaport.deflate.DeflateInput;
import java.io.ByteArrayOutputStream;
import java.io.IOException;

/** The header of a gzip member (RFC 1952, section 2.3), kept as it is. */
final class GzipHeader {
  /** Longest header: names and comments have no other bound. */
  private static final int LENGTH_MAX = 1 << 20;

  private static final int CRC = 2;
  private static final int EXTRA = 4;
  private static final int NAME = 8;
  private static final int COMMENT = 16;

  private final DeflateInput in;
  private final ByteArrayOutputStream header = new ByteArrayOutputStream();

  private GzipHeader(DeflateInput in) {
    this.in = in;
  }

  /**
   * Reads a header.
   *
   * @return its bytes
   * @throws DeflateFormatException if something else stands there
   */
  static byte[] read(DeflateInput in) throws IOException {
    return new GzipHeader(in).read();
  }

  private byte[] read() throws IOException {
    boolean member = take() == 0x1f && take() == 0x8b && take() == 8;
    if (!member) {
      throw new DeflateFormatException("no gzip member");
    }
    int flags = take();
    skip(6);
    if ((flags & EXTRA) != 0) {
      skip(take() | take() << Byte.SIZE);
    }
    if ((flags & NAME) != 0) {
      skipText();
    }
    if ((flags & COMMENT) != 0) {
      skipText();
    }
    if ((flags & CRC) != 0) {
      skip(2);
    }
    return header.toByteArray();
  }

  private int take() throws IOException {
    if (header.size() == LENGTH_MAX) {
      throw new DeflateFormatException("a gzip header is too long");
    }
    int next = in.read();
    header.write(next);
    return next;
  }

  private void skip(int count) throws IOException {
    for (int i = 0; i < count; i++) {
      take();
    }
  }

  private void skipText() throws IOException {
    int next;
    do {
      next = take();
    } while (next != 0);
  }
}
