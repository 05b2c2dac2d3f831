package io.deltaport.ostree.staticdelta;

import io.deltaport.ostree.GVariant;
import io.deltaport.ostree.OstreeFormatException;
import io.deltaport.ostree.Xattrs;
import io.deltaport.util.Xattr;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes a part before compression: {@code (a(uuu)aa(ayay)ayay)}, owners and modes (big-endian),
 * sets of extended attributes, payload, operations.
 *
 * @param modes at most {@link #TABLE_MAX}
 * @param xattrs sets, at most {@link #TABLE_MAX}
 * @param payloadLength bytes of the payload
 * @param operations bytes of an {@link OperationWriter}
 */
public record PartEncoder(
    List<Mode> modes, List<List<Xattr>> xattrs, long payloadLength, byte[] operations) {
  /** No part has more entries than objects, and no more objects than this. */
  public static final int TABLE_MAX = 1 << 20;

  /** First byte of a part whose rest is not compressed. */
  public static final int PLAIN = 0;

  /** First byte of a part whose rest is xz. */
  public static final int XZ = 'x';

  static final int MODE_BYTES = 12;
  private static final int OFFSETS = 3;

  /** Owner, group and {@code st_mode} of files. */
  public record Mode(int uid, int gid, int mode) {
    byte[] encode() {
      byte[] bytes = new byte[MODE_BYTES];
      System.arraycopy(GVariant.uint32(uid), 0, bytes, 0, Integer.BYTES);
      System.arraycopy(GVariant.uint32(gid), 0, bytes, Integer.BYTES, Integer.BYTES);
      System.arraycopy(GVariant.uint32(mode), 0, bytes, 2 * Integer.BYTES, Integer.BYTES);
      return bytes;
    }
  }

  /** Returns the length of what {@link #write} writes. */
  public long length() {
    long length = payloadFrom() + payloadLength + operations.length;
    return length + OFFSETS * (long) Framing.width(length, OFFSETS);
  }

  /** Returns where the payload begins. */
  public long payloadFrom() {
    return (long) modes.size() * MODE_BYTES + encodedXattrs().length;
  }

  /**
   * Writes the part.
   *
   * @throws OstreeFormatException if the payload has another length
   */
  public void write(InputStream payload, OutputStream out) throws IOException {
    for (Mode mode : modes) {
      out.write(mode.encode());
    }
    byte[] sets = encodedXattrs();
    out.write(sets);
    if (payload.transferTo(out) != payloadLength) {
      throw new OstreeFormatException("the payload of a part has another length");
    }
    out.write(operations);
    long modesEnd = (long) modes.size() * MODE_BYTES;
    long payloadEnd = modesEnd + sets.length + payloadLength;
    int width = Framing.width(payloadEnd + operations.length, OFFSETS);
    Framing.putOffset(out, width, payloadEnd);
    Framing.putOffset(out, width, modesEnd + sets.length);
    Framing.putOffset(out, width, modesEnd);
  }

  private byte[] encodedXattrs() {
    List<byte[]> elements = new ArrayList<>(xattrs.size());
    for (List<Xattr> set : xattrs) {
      elements.add(Xattrs.encode(set));
    }
    return GVariant.array(1, elements);
  }
}
