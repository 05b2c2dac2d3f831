package io.deltaport.ostree;

import io.deltaport.ostree.GVariant.MemberType;
import io.deltaport.ostree.GVariant.Slice;
import io.deltaport.util.Xattr;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/** Extended attributes as {@code a(ayay)}: names end with a zero byte and rise. */
public final class Xattrs {
  private static final List<MemberType> PAIR = List.of(MemberType.BYTES, MemberType.BYTES);
  private static final Comparator<Xattr> BY_NAME =
      (left, right) -> Arrays.compareUnsigned(left.name(), right.name());

  private Xattrs() {}

  /** Returns a copy in the order that OSTree requires. */
  static List<Xattr> sorted(List<Xattr> xattrs) {
    return xattrs.stream().sorted(BY_NAME).toList();
  }

  /** Returns the array. */
  public static byte[] encode(List<Xattr> xattrs) {
    List<byte[]> elements = new ArrayList<>(xattrs.size());
    for (Xattr xattr : xattrs) {
      elements.add(GVariant.tuple(PAIR, GVariant.string(xattr.name()), xattr.value()));
    }
    return GVariant.array(1, elements);
  }

  /**
   * Reads the array.
   *
   * @throws OstreeFormatException if it is malformed, or names do not rise
   */
  public static List<Xattr> decode(Slice array) throws OstreeFormatException {
    List<Xattr> xattrs = new ArrayList<>();
    for (Slice element : GVariant.unarray(array, 1)) {
      List<Slice> pair = GVariant.untuple(element, PAIR);
      Xattr xattr = new Xattr(pair.get(0).string(), pair.get(1).copy());
      if (xattr.name().length == 0) {
        throw new OstreeFormatException("an extended attribute has no name");
      }
      if (!xattrs.isEmpty() && BY_NAME.compare(xattrs.getLast(), xattr) >= 0) {
        throw new OstreeFormatException("extended attributes are not in rising order");
      }
      xattrs.add(xattr);
    }
    return xattrs;
  }
}
