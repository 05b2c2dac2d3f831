package io.deltaport.ostree;

import io.deltaport.ostree.GVariant.MemberType;
import io.deltaport.ostree.GVariant.Slice;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.List;

/**
 * What an archive's {@code .filez} says before the deflated content. Immutable.
 *
 * <p>On the wire: 4 bytes length, 4 zero bytes, then the GVariant {@code (tuuuusa(ayay))} of that
 * length: the content's size in bytes, and the members of a {@link ContentHeader}. Raw deflate of
 * the content follows for a regular file. Source of the format: libostree's {@code
 * ostree-core-private.h}.
 *
 * @param size bytes of the content; 0 for a symbolic link
 */
public record ArchiveHeader(long size, ContentHeader file) {
  private static final List<MemberType> TYPES =
      List.of(
          MemberType.UINT64,
          MemberType.UINT32,
          MemberType.UINT32,
          MemberType.UINT32,
          MemberType.UINT32,
          MemberType.BYTES,
          MemberType.BYTES);

  /** Returns the framed header. */
  public byte[] encode() {
    return FramedVariant.encode(encodeVariant());
  }

  private byte[] encodeVariant() {
    return GVariant.tuple(
        TYPES,
        GVariant.uint64(size),
        GVariant.uint32(file.uid()),
        GVariant.uint32(file.gid()),
        GVariant.uint32(file.mode()),
        GVariant.uint32(file.rdev()),
        GVariant.string(file.symlinkTarget()),
        Xattrs.encode(file.xattrs()));
  }

  /**
   * Reads the framed header from the start of a {@code .filez}, leaving the content unread.
   *
   * @throws OstreeFormatException if it is malformed, cut short, not in normal form, or its members
   *     contradict each other
   */
  public static ArchiveHeader read(InputStream in) throws IOException {
    byte[] variant = FramedVariant.read(in, "an archived file");
    List<Slice> members = GVariant.untuple(Slice.of(variant), TYPES);
    ArchiveHeader header =
        new ArchiveHeader(
            members.get(0).uint64(),
            ContentHeader.checked(
                members.get(1).uint32(),
                members.get(2).uint32(),
                members.get(3).uint32(),
                members.get(4).uint32(),
                members.get(5).string(),
                Xattrs.decode(members.get(6))));
    if (!Arrays.equals(header.encodeVariant(), variant)) {
      throw new OstreeFormatException("an archived file's header is not in normal form");
    }
    if (header.size < 0 || (header.size > 0 && !header.file.isRegular())) {
      throw new OstreeFormatException("an archived file has an impossible size");
    }
    return header;
  }
}
