package io.deltaport.ostree;

import io.deltaport.ostree.GVariant.MemberType;
import io.deltaport.ostree.GVariant.Slice;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What is said of a commit beside it, mostly signatures: the GVariant {@code a{sv}}. */
public final class DetachedMetadata {
  private static final List<MemberType> ENTRY = List.of(MemberType.BYTES, MemberType.VARIANT);
  private static final int ALIGNMENT = 8;

  private DetachedMetadata() {}

  /** Returns the serialized entries, in the order of the map. */
  public static byte[] encode(Map<String, Variant> entries) {
    List<byte[]> elements = new ArrayList<>(entries.size());
    entries.forEach(
        (key, value) -> elements.add(GVariant.tuple(ENTRY, GVariant.string(key), value.encode())));
    return GVariant.array(ALIGNMENT, elements);
  }

  /**
   * Reads the entries in their order.
   *
   * @throws OstreeFormatException if it is malformed, not in normal form, or a key stands twice
   */
  public static Map<String, Variant> decode(byte[] bytes) throws OstreeFormatException {
    Map<String, Variant> entries = new LinkedHashMap<>();
    for (Slice element : GVariant.unarray(Slice.of(bytes), ALIGNMENT)) {
      List<Slice> entry = GVariant.untuple(element, ENTRY);
      entries.put(Variant.text(entry.get(0)), Variant.decode(entry.get(1)));
    }
    if (!Arrays.equals(encode(entries), bytes)) {
      throw new OstreeFormatException("detached metadata are not in normal form");
    }
    return entries;
  }
}
