package io.deltaport.ostree;

import io.deltaport.ostree.GVariant.Slice;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Signatures as OSTree keeps them beside what they sign, in {@code commitmeta} objects and in
 * {@code summary.sig}: a dictionary with a list {@code aay} for each kind of signature.
 */
public final class SignedMetadata {
  private static final String SIGNATURES = "aay";

  private SignedMetadata() {}

  /**
   * Adds signatures to what is there already.
   *
   * @param metadata a dictionary, or null
   * @param signatures by the name of their list; none of them is empty
   * @return the dictionary; an empty one has no bytes
   * @throws OstreeFormatException if {@code metadata} is malformed, or has something else under the
   *     name of a list
   */
  public static byte[] with(byte[] metadata, Map<String, List<byte[]>> signatures)
      throws OstreeFormatException {
    Map<String, Variant> entries =
        metadata == null
            ? new LinkedHashMap<>()
            : new LinkedHashMap<>(Dictionary.decode(Slice.of(metadata)));
    for (Map.Entry<String, List<byte[]>> each : signatures.entrySet()) {
      List<byte[]> all = new ArrayList<>(signatures(entries.get(each.getKey())));
      all.addAll(each.getValue());
      entries.put(each.getKey(), new Variant(SIGNATURES, GVariant.array(1, all)));
    }
    return Dictionary.encode(entries);
  }

  private static List<byte[]> signatures(Variant list) throws OstreeFormatException {
    if (list == null) {
      return List.of();
    }
    if (!list.type().equals(SIGNATURES)) {
      throw new OstreeFormatException("signatures are of the type " + list.type());
    }
    return GVariant.unarray(Slice.of(list.data()), 1).stream().map(Slice::copy).toList();
  }
}
