package io.deltaport.ostree;

import io.deltaport.ostree.GVariant.MemberType;
import io.deltaport.ostree.GVariant.Slice;
import io.deltaport.util.Xattr;
import java.util.Arrays;
import java.util.List;

/**
 * A folder's owner, mode and extended attributes: the GVariant {@code (uuua(ayay))}. Immutable.
 *
 * @param uid unsigned
 * @param gid unsigned
 * @param mode with the file type of a folder
 * @param xattrs in rising order of their names, which the constructor sees to
 */
public record DirMeta(int uid, int gid, int mode, List<Xattr> xattrs) {
  private static final List<MemberType> TYPES =
      List.of(MemberType.UINT32, MemberType.UINT32, MemberType.UINT32, MemberType.BYTES);

  public DirMeta {
    xattrs = Xattrs.sorted(xattrs);
  }

  /** Returns the object. */
  public byte[] encode() {
    return GVariant.tuple(
        TYPES,
        GVariant.uint32(uid),
        GVariant.uint32(gid),
        GVariant.uint32(mode),
        Xattrs.encode(xattrs));
  }

  /**
   * Reads the object.
   *
   * @throws OstreeFormatException if it is malformed or not in normal form
   */
  public static DirMeta decode(byte[] object) throws OstreeFormatException {
    List<Slice> members = GVariant.untuple(Slice.of(object), TYPES);
    DirMeta meta =
        new DirMeta(
            members.get(0).uint32(),
            members.get(1).uint32(),
            members.get(2).uint32(),
            Xattrs.decode(members.get(3)));
    if ((meta.mode & ContentHeader.TYPE_MASK) != ContentHeader.TYPE_DIRECTORY
        || (meta.mode & ~ContentHeader.MODE_BITS) != 0) {
      throw new OstreeFormatException(
          "a dirmeta's mode 0" + Integer.toOctalString(meta.mode) + " is not that of a folder");
    }
    if (!Arrays.equals(meta.encode(), object)) {
      throw new OstreeFormatException("a dirmeta is not in normal form");
    }
    return meta;
  }
}
