package io.deltaport.ostree;

import io.deltaport.ostree.GVariant.MemberType;
import io.deltaport.ostree.GVariant.Slice;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Metadata as {@code a{sv}}: names and values of any type, in the order of the map. */
public final class Dictionary {
  /** Type string of a dictionary. */
  public static final String TYPE = "a{sv}";

  private static final int ALIGNMENT = 8;
  private static final List<MemberType> ENTRY = List.of(MemberType.BYTES, MemberType.VARIANT);

  private Dictionary() {}

  /** Returns the serialized dictionary. */
  public static byte[] encode(Map<String, Variant> entries) {
    List<byte[]> elements = new ArrayList<>(entries.size());
    entries.forEach(
        (key, value) -> elements.add(GVariant.tuple(ENTRY, GVariant.string(key), value.encode())));
    return GVariant.array(ALIGNMENT, elements);
  }

  /**
   * Reads a dictionary.
   *
   * @throws OstreeFormatException if it is malformed, or has a name twice
   */
  public static Map<String, Variant> decode(Slice dictionary) throws OstreeFormatException {
    Map<String, Variant> entries = new LinkedHashMap<>();
    for (Slice element : GVariant.unarray(dictionary, ALIGNMENT)) {
      List<Slice> entry = GVariant.untuple(element, ENTRY);
      String key = Variant.text(entry.get(0));
      if (entries.put(key, Variant.decode(entry.get(1))) != null) {
        throw new OstreeFormatException("a dictionary has a name twice");
      }
    }
    return entries;
  }
}
