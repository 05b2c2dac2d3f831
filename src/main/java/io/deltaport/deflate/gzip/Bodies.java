package io.deltaport.deflate.gzip;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdException;
import io.deltaport.deflate.DeflateFormatException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * How descriptions lie in a payload: a byte that tells how, then the description as it is (0) or as
 * a zstd frame (1) that tells its length.
 */
final class Bodies {
  private static final int PLAIN = 0;
  private static final int ZSTD = 1;
  private static final int LEVEL = 9;

  private Bodies() {}

  static byte[] pack(byte[] description) {
    byte[] frame = Zstd.compress(description, LEVEL);
    byte[] smaller = frame.length < description.length ? frame : description;
    byte[] body = new byte[smaller.length + 1];
    body[0] = (byte) (smaller == frame ? ZSTD : PLAIN);
    System.arraycopy(smaller, 0, body, 1, smaller.length);
    return body;
  }

  static ByteBuffer unpack(byte[] body) throws DeflateFormatException {
    if (body.length > 0 && body[0] == PLAIN) {
      return ByteBuffer.wrap(body, 1, body.length - 1).slice();
    }
    if (body.length == 0 || body[0] != ZSTD) {
      throw new DeflateFormatException("a description is kept in an unknown way");
    }
    byte[] frame = Arrays.copyOfRange(body, 1, body.length);
    long length = Zstd.getFrameContentSize(frame);
    if (length < 0 || length > Table.BODY_BYTES_MAX) {
      throw new DeflateFormatException("a description is too long");
    }
    try {
      return ByteBuffer.wrap(Zstd.decompress(frame, (int) length));
    } catch (ZstdException e) {
      throw new DeflateFormatException("a description is damaged");
    }
  }
}
