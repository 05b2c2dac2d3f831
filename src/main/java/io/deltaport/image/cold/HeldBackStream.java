package io.deltaport.image.cold;

import io.deltaport.oci.Digest;
import io.deltaport.util.Hex;
import io.deltaport.util.PieceInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.util.Objects;
import java.util.function.UnaryOperator;

/**
 * So many bytes of another stream, of which the last is handed out only when all are known to be
 * right: closing the other stream did not fail, and the digest, if there is one, is that of all.
 * Not thread-safe.
 */
final class HeldBackStream extends PieceInputStream {
  private final InputStream in;
  private final Digest expected;
  private final MessageDigest digest;
  private final UnaryOperator<IOException> reports;
  private long left;

  /**
   * Begins.
   *
   * @param in closed at the end, or with this stream
   * @param expected the digest of all bytes; null where none is compared
   * @param reports is told of failures, and returns what to throw
   */
  HeldBackStream(InputStream in, long length, Digest expected, UnaryOperator<IOException> reports) {
    this.in = in;
    this.left = length;
    this.expected = expected;
    this.digest = expected == null ? null : expected.newMessageDigest();
    this.reports = reports;
  }

  @Override
  public int read(byte[] bytes, int offset, int count) throws IOException {
    Objects.checkFromIndexSize(offset, count, bytes.length);
    if (count == 0 || left == 0) {
      return count == 0 ? 0 : -1;
    }
    try {
      return readChecked(bytes, offset, (int) Math.min(count, Math.max(1, left - 1)));
    } catch (IOException e) {
      throw reports.apply(e);
    }
  }

  private int readChecked(byte[] bytes, int offset, int count) throws IOException {
    int got = in.read(bytes, offset, count);
    if (got < 0) {
      throw new EOFException("a blob that is made again ends early");
    }
    if (digest != null) {
      digest.update(bytes, offset, got);
    }
    left -= got;
    if (left == 0) {
      in.close();
      if (digest != null && !Hex.encode(digest.digest()).equals(expected.hex())) {
        throw new WrongBlobException(expected, "its digest differs");
      }
    }
    return got;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
