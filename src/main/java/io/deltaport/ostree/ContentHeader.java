package io.deltaport.ostree;

import io.deltaport.ostree.GVariant.MemberType;
import io.deltaport.ostree.GVariant.Slice;
import io.deltaport.util.Xattr;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.List;

/**
 * What a content object says of a file before its bytes. Immutable; arrays are shared.
 *
 * <p>On the wire: 4 bytes length, 4 zero bytes, then the GVariant {@code (uuuusa(ayay))} of that
 * length with uid, gid, mode, rdev, symlink target and extended attributes. A regular file's
 * content follows. The SHA-256 over all of it names the object.
 *
 * @param uid unsigned
 * @param gid unsigned
 * @param mode file type and permission bits as in {@code st_mode}
 * @param rdev device number, 0 unless the file is a device; libostree itself stores no devices
 * @param symlinkTarget empty unless the file is a symbolic link
 * @param xattrs in rising order of their names, which the constructor sees to
 */
public record ContentHeader(
    int uid, int gid, int mode, int rdev, byte[] symlinkTarget, List<Xattr> xattrs) {
  public static final int TYPE_MASK = 0_170000;
  public static final int TYPE_REGULAR = 0_100000;
  public static final int TYPE_SYMLINK = 0_120000;
  public static final int TYPE_DIRECTORY = 0_040000;
  public static final int TYPE_CHARACTER_DEVICE = 0_020000;
  public static final int TYPE_BLOCK_DEVICE = 0_060000;
  public static final int TYPE_FIFO = 0_010000;

  /** All bits that a mode may have: the file type and the permissions. */
  static final int MODE_BITS = TYPE_MASK | 0_7777;

  /** Longest header: some of the largest extended attributes. */
  public static final int LENGTH_BYTES_MAX = 16 << 20;

  private static final List<MemberType> TYPES =
      List.of(
          MemberType.UINT32,
          MemberType.UINT32,
          MemberType.UINT32,
          MemberType.UINT32,
          MemberType.BYTES,
          MemberType.BYTES);

  public ContentHeader {
    xattrs = Xattrs.sorted(xattrs);
  }

  /** The header of a regular file. */
  public static ContentHeader regular(int uid, int gid, int permissions, List<Xattr> xattrs) {
    return new ContentHeader(uid, gid, TYPE_REGULAR | permissions, 0, new byte[0], xattrs);
  }

  /** Says whether content follows. */
  public boolean isRegular() {
    return (mode & TYPE_MASK) == TYPE_REGULAR;
  }

  /** Returns the same header with these extended attributes in place of its own. */
  public ContentHeader withXattrs(List<Xattr> others) {
    return new ContentHeader(uid, gid, mode, rdev, symlinkTarget, others);
  }

  /** Returns the framed header. */
  public byte[] encode() {
    return FramedVariant.encode(encodeVariant());
  }

  private byte[] encodeVariant() {
    return GVariant.tuple(
        TYPES,
        GVariant.uint32(uid),
        GVariant.uint32(gid),
        GVariant.uint32(mode),
        GVariant.uint32(rdev),
        GVariant.string(symlinkTarget),
        Xattrs.encode(xattrs));
  }

  /**
   * Reads the framed header from the start of an object stream, leaving the content unread.
   *
   * @throws OstreeFormatException if it is malformed, cut short, not in normal form, or its members
   *     contradict each other
   */
  public static ContentHeader read(InputStream in) throws IOException {
    byte[] variant = FramedVariant.read(in, "a content object");
    List<Slice> members = GVariant.untuple(Slice.of(variant), TYPES);
    ContentHeader header =
        checked(
            members.get(0).uint32(),
            members.get(1).uint32(),
            members.get(2).uint32(),
            members.get(3).uint32(),
            members.get(4).string(),
            Xattrs.decode(members.get(5)));
    if (!Arrays.equals(header.encodeVariant(), variant)) {
      throw new OstreeFormatException("a content object's header is not in normal form");
    }
    return header;
  }

  /** Makes a header of members that were read and may contradict each other. */
  static ContentHeader checked(
      int uid, int gid, int mode, int rdev, byte[] symlinkTarget, List<Xattr> xattrs)
      throws OstreeFormatException {
    ContentHeader header = new ContentHeader(uid, gid, mode, rdev, symlinkTarget, xattrs);
    header.check();
    return header;
  }

  /**
   * Reads extended attributes that stand alone, as {@code a(ayay)}.
   *
   * @throws OstreeFormatException if they are malformed or not in rising order
   */
  public static List<Xattr> decodeXattrs(byte[] array) throws OstreeFormatException {
    List<Xattr> xattrs = Xattrs.decode(Slice.of(array));
    if (!Arrays.equals(Xattrs.encode(xattrs), array)) {
      throw new OstreeFormatException("extended attributes are not in normal form");
    }
    return xattrs;
  }

  private void check() throws OstreeFormatException {
    int type = mode & TYPE_MASK;
    boolean device = type == TYPE_CHARACTER_DEVICE || type == TYPE_BLOCK_DEVICE;
    boolean known = device || isRegular() || type == TYPE_SYMLINK || type == TYPE_FIFO;
    if (!known || (mode & ~MODE_BITS) != 0) {
      throw new OstreeFormatException(
          "a content object has the impossible mode 0" + Integer.toOctalString(mode));
    }
    if (symlinkTarget.length > 0 && type != TYPE_SYMLINK) {
      throw new OstreeFormatException("a content object that is no symbolic link has a target");
    }
    if (rdev != 0 && !device) {
      throw new OstreeFormatException("a content object that is no device has a device number");
    }
  }
}
