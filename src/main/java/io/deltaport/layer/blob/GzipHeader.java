package io.deltaport.layer.blob;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Optional;

/** The header of a gzip member as it lies in a blob (RFC 1952, 2.3). */
final class GzipHeader {
  /** Longest header that is taken: names and comments are far shorter. */
  static final int MAX_BYTES = 64 * 1024;

  private static final int FIXED_BYTES = 10;
  private static final int FLAGS_AT = 3;
  private static final int FLAG_CRC = 2;
  private static final int FLAG_EXTRA = 4;
  private static final int FLAG_NAME = 8;
  private static final int FLAG_COMMENT = 16;
  private static final int FLAGS_RESERVED = 0xe0;

  private final byte[] bytes;
  private int at;

  private GzipHeader(byte[] bytes) {
    this.bytes = bytes;
  }

  /** Returns the header at the begin of a blob; empty when there is none that can be taken. */
  static Optional<byte[]> read(InputStream blob) throws IOException {
    GzipHeader header = new GzipHeader(blob.readNBytes(MAX_BYTES));
    return header.pass() ? Optional.of(Arrays.copyOf(header.bytes, header.at)) : Optional.empty();
  }

  private boolean pass() {
    if (bytes.length < FIXED_BYTES
        || bytes[0] != 0x1f
        || bytes[1] != (byte) 0x8b
        || bytes[2] != 8
        || (bytes[FLAGS_AT] & FLAGS_RESERVED) != 0) {
      return false;
    }
    int flags = bytes[FLAGS_AT];
    at = FIXED_BYTES;
    if ((flags & FLAG_EXTRA) != 0 && !passExtra()) {
      return false;
    }
    if ((flags & FLAG_NAME) != 0 && !passText()) {
      return false;
    }
    if ((flags & FLAG_COMMENT) != 0 && !passText()) {
      return false;
    }
    at += (flags & FLAG_CRC) != 0 ? 2 : 0;
    return at <= bytes.length;
  }

  private boolean passExtra() {
    if (at + 2 > bytes.length) {
      return false;
    }
    at += 2 + (bytes[at] & 0xff) + ((bytes[at + 1] & 0xff) << 8);
    return at <= bytes.length;
  }

  private boolean passText() {
    while (at < bytes.length && bytes[at] != 0) {
      at++;
    }
    at++;
    return at <= bytes.length;
  }
}
