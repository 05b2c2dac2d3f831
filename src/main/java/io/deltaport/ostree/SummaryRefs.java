package io.deltaport.ostree;

import io.deltaport.ostree.GVariant.MemberType;
import io.deltaport.ostree.GVariant.Slice;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The refs of a repository's {@code summary}, the GVariant {@code (a(s(taya{sv}))a{sv})}: each with
 * the size of its commit object, the commit, and metadata, which nobody needs here.
 */
public final class SummaryRefs {
  private static final MemberType ALIGNED = new MemberType(8, GVariant.VARIABLE);
  private static final List<MemberType> SUMMARY = List.of(ALIGNED, ALIGNED);
  private static final List<MemberType> REF = List.of(MemberType.BYTES, ALIGNED);
  private static final List<MemberType> TARGET =
      List.of(MemberType.UINT64, MemberType.BYTES, ALIGNED);

  private SummaryRefs() {}

  /**
   * Reads the commits by the names of their refs.
   *
   * @throws OstreeFormatException if the summary is malformed
   */
  public static SortedMap<String, Checksum> read(byte[] summary) throws OstreeFormatException {
    SortedMap<String, Checksum> refs = new TreeMap<>();
    Slice list = GVariant.untuple(Slice.of(summary), SUMMARY).getFirst();
    for (Slice element : GVariant.unarray(list, 8)) {
      List<Slice> ref = GVariant.untuple(element, REF);
      refs.put(Variant.text(ref.get(0)), GVariant.untuple(ref.get(1), TARGET).get(1).checksum());
    }
    return refs;
  }
}
