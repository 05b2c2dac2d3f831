package io.deltaport.ostree;

import io.deltaport.ostree.GVariant.Slice;
import java.io.IOException;
import java.io.InputStream;

/**
 * A GVariant with its length in front, as it stands before the content of an object: 4 bytes length
 * in big-endian order, 4 zero bytes, then the variant. Source of the format: libostree's {@code
 * ostree-core.c}.
 */
final class FramedVariant {
  private static final int FRAME_BYTES = 8;

  private FramedVariant() {}

  static byte[] encode(byte[] variant) {
    byte[] framed = new byte[FRAME_BYTES + variant.length];
    System.arraycopy(GVariant.uint32(variant.length), 0, framed, 0, Integer.BYTES);
    System.arraycopy(variant, 0, framed, FRAME_BYTES, variant.length);
    return framed;
  }

  /**
   * Reads the variant, leaving what follows unread.
   *
   * @param what whose header it is, for messages
   * @throws OstreeFormatException if it is cut short or longer than {@link
   *     ContentHeader#LENGTH_BYTES_MAX}
   */
  static byte[] read(InputStream in, String what) throws IOException {
    byte[] frame = in.readNBytes(FRAME_BYTES);
    if (frame.length < FRAME_BYTES) {
      throw new OstreeFormatException(what + " is cut short");
    }
    int length = new Slice(frame, 0, Integer.BYTES).uint32();
    if (length <= 0
        || length > ContentHeader.LENGTH_BYTES_MAX
        || new Slice(frame, Integer.BYTES, FRAME_BYTES).uint32() != 0) {
      throw new OstreeFormatException(what + "'s header has an impossible length");
    }
    byte[] variant = in.readNBytes(length);
    if (variant.length < length) {
      throw new OstreeFormatException(what + " is cut short");
    }
    return variant;
  }
}
