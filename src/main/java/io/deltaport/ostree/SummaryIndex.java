package io.deltaport.ostree;

import io.deltaport.ostree.GVariant.MemberType;
import io.deltaport.ostree.GVariant.Slice;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Tells of partial summaries: the GVariant {@code (a{s(ayaaya{sv})}a{sv})} with, for each in the
 * order of their names, its SHA-256, those of earlier ones from which there are differences (none
 * here) and metadata (none here), and metadata as a whole summary has them. Immutable.
 *
 * <p>A partial summary lies at {@code summaries/<SHA-256>.gz}, compressed; its digest is that of
 * the summary itself. Source of the format: flatpak, which reads it before {@code summary}.
 *
 * @param summaries digests by name
 */
public record SummaryIndex(SortedMap<String, Checksum> summaries, Map<String, Variant> metadata) {
  private static final int ALIGNMENT = 8;
  private static final MemberType ALIGNED = new MemberType(ALIGNMENT, GVariant.VARIABLE);
  private static final List<MemberType> INDEX = List.of(ALIGNED, ALIGNED);
  private static final List<MemberType> ENTRY = List.of(MemberType.BYTES, ALIGNED);
  private static final List<MemberType> SUMMARY =
      List.of(MemberType.BYTES, MemberType.BYTES, ALIGNED);

  /** Returns the serialized index. */
  public byte[] encode() {
    List<byte[]> entries = new ArrayList<>();
    summaries.forEach(
        (name, digest) -> {
          byte[] nothing = new byte[0];
          byte[] summary = GVariant.tuple(SUMMARY, digest.bytes(), nothing, nothing);
          entries.add(GVariant.tuple(ENTRY, GVariant.string(name), summary));
        });
    return GVariant.tuple(INDEX, GVariant.array(ALIGNMENT, entries), Dictionary.encode(metadata));
  }

  /**
   * Reads an index, whose differences and metadata of single summaries are left out.
   *
   * @throws OstreeFormatException if it is malformed
   */
  public static SummaryIndex decode(byte[] index) throws OstreeFormatException {
    List<Slice> members = GVariant.untuple(Slice.of(index), INDEX);
    SortedMap<String, Checksum> summaries = new TreeMap<>();
    for (Slice element : GVariant.unarray(members.get(0), ALIGNMENT)) {
      List<Slice> entry = GVariant.untuple(element, ENTRY);
      Checksum digest = GVariant.untuple(entry.get(1), SUMMARY).getFirst().checksum();
      if (summaries.put(Variant.text(entry.get(0)), digest) != null) {
        throw new OstreeFormatException("an index of summaries has a name twice");
      }
    }
    return new SummaryIndex(summaries, Dictionary.decode(members.get(1)));
  }
}
