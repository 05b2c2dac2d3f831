package io.deltaport.ostree;

import io.deltaport.ostree.GVariant.MemberType;
import io.deltaport.ostree.GVariant.Slice;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Values by name as OSTree keeps them beside its objects: the GVariant {@code a{sv}}. */
public final class VariantDict {
  private static final List<MemberType> ENTRY = List.of(MemberType.BYTES, MemberType.VARIANT);
  private static final int ALIGNMENT = 8;

  private VariantDict() {}

  /** Returns the serialized dictionary, in the order of the map. */
  public static byte[] encode(Map<String, Variant> values) {
    List<byte[]> entries = new ArrayList<>(values.size());
    values.forEach(
        (key, value) -> entries.add(GVariant.tuple(ENTRY, GVariant.string(key), value.encode())));
    return GVariant.array(ALIGNMENT, entries);
  }

  /**
   * Reads a dictionary; of two values of one name the last counts.
   *
   * @throws OstreeFormatException if it is malformed or not in normal form
   */
  public static Map<String, Variant> decode(byte[] dict) throws OstreeFormatException {
    Map<String, Variant> values = new LinkedHashMap<>();
    for (Slice element : GVariant.unarray(Slice.of(dict), ALIGNMENT)) {
      List<Slice> entry = GVariant.untuple(element, ENTRY);
      values.put(Variant.text(entry.get(0)), Variant.decode(entry.get(1)));
    }
    if (!Arrays.equals(encode(values), dict)) {
      throw new OstreeFormatException("a dictionary is not in normal form");
    }
    return values;
  }
}
