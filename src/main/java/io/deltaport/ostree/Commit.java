package io.deltaport.ostree;

import io.deltaport.ostree.GVariant.MemberType;
import io.deltaport.ostree.GVariant.Slice;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A commit: the GVariant {@code (a{sv}aya(say)sstayay)}. Immutable.
 *
 * @param metadata in the order of the object
 * @param parent the commit before this one
 * @param timestamp seconds since 1970, big-endian in the object
 * @param tree root dirtree
 * @param meta root dirmeta
 */
public record Commit(
    Map<String, Variant> metadata,
    Optional<Checksum> parent,
    String subject,
    String body,
    long timestamp,
    Checksum tree,
    Checksum meta) {
  private static final List<MemberType> TYPES =
      List.of(
          new MemberType(8, GVariant.VARIABLE),
          MemberType.BYTES,
          MemberType.BYTES,
          MemberType.BYTES,
          MemberType.BYTES,
          MemberType.UINT64,
          MemberType.BYTES,
          MemberType.BYTES);

  /**
   * Returns the same commit as a later one of a line of commits.
   *
   * @param before the commit before it, or null
   * @param otherwiseSeconds its time when it has none (0), in seconds since 1970
   */
  public Commit after(Checksum before, long otherwiseSeconds) {
    return new Commit(
        metadata,
        Optional.ofNullable(before),
        subject,
        body,
        timestamp == 0 ? otherwiseSeconds : timestamp,
        tree,
        meta);
  }

  /** Returns the object. */
  public byte[] encode() {
    return GVariant.tuple(
        TYPES,
        Dictionary.encode(metadata),
        parent.map(Checksum::bytes).orElse(new byte[0]),
        new byte[0],
        GVariant.string(subject),
        GVariant.string(body),
        GVariant.uint64(timestamp),
        tree.bytes(),
        meta.bytes());
  }

  /**
   * Reads the object.
   *
   * @throws OstreeFormatException if it is malformed or not in normal form
   */
  public static Commit decode(byte[] object) throws OstreeFormatException {
    List<Slice> members = GVariant.untuple(Slice.of(object), TYPES);
    Commit commit =
        new Commit(
            Dictionary.decode(members.get(0)),
            members.get(1).length() == 0
                ? Optional.empty()
                : Optional.of(members.get(1).checksum()),
            Variant.text(members.get(3)),
            Variant.text(members.get(4)),
            members.get(5).uint64(),
            members.get(6).checksum(),
            members.get(7).checksum());
    if (!Arrays.equals(commit.encode(), object)) {
      throw new OstreeFormatException("a commit is not in normal form, or has related objects");
    }
    return commit;
  }
}
