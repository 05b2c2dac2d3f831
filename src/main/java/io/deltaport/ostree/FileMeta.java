package io.deltaport.ostree;

import io.deltaport.ostree.GVariant.MemberType;
import io.deltaport.ostree.GVariant.Slice;
import java.util.Arrays;
import java.util.List;

/**
 * The attribute {@code user.ostreemeta} of a file in a {@code bare-user} repository: the GVariant
 * {@code (uuua(ayay))} with uid, gid, mode and extended attributes, big-endian.
 */
public final class FileMeta {
  private static final List<MemberType> TYPES =
      List.of(MemberType.UINT32, MemberType.UINT32, MemberType.UINT32, MemberType.BYTES);

  private FileMeta() {}

  /** Returns the attribute's value for a file. */
  public static byte[] encode(ContentHeader file) {
    return GVariant.tuple(
        TYPES,
        GVariant.uint32(file.uid()),
        GVariant.uint32(file.gid()),
        GVariant.uint32(file.mode()),
        Xattrs.encode(file.xattrs()));
  }

  /** Returns the extended attributes alone, {@code a(ayay)}, as an encapsulated commit has them. */
  public static byte[] encodeXattrs(ContentHeader file) {
    return Xattrs.encode(file.xattrs());
  }

  /** Returns the mode that the attribute states. */
  public static int mode(byte[] value) throws OstreeFormatException {
    return GVariant.untuple(Slice.of(value), TYPES).get(2).uint32();
  }

  /**
   * Reads the attribute.
   *
   * @param symlinkTarget empty unless the mode is that of a symbolic link
   * @throws OstreeFormatException if it is malformed or not in normal form
   */
  public static ContentHeader decode(byte[] value, byte[] symlinkTarget)
      throws OstreeFormatException {
    List<Slice> members = GVariant.untuple(Slice.of(value), TYPES);
    ContentHeader header =
        ContentHeader.checked(
            members.get(0).uint32(),
            members.get(1).uint32(),
            members.get(2).uint32(),
            0,
            symlinkTarget,
            Xattrs.decode(members.get(3)));
    if (!Arrays.equals(encode(header), value)) {
      throw new OstreeFormatException("user.ostreemeta is not in normal form");
    }
    return header;
  }
}
