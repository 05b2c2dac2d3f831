package io.deltaport.ostree.staticdelta;

import io.deltaport.ostree.Checksum;
import io.deltaport.ostree.Dictionary;
import io.deltaport.ostree.GVariant.Slice;
import io.deltaport.ostree.OstreeFormatException;
import io.deltaport.ostree.Variant;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * The deltas to one commit, with the digests of their superblocks as they are served: {@code a{sv}}
 * with the same key and value that a summary has, written by {@code ostree static-delta reindex}.
 */
public final class DeltaIndex {
  /**
   * Key in indexes and summaries; its value is an {@code a{sv}} of names and {@code ay} digests.
   */
  public static final String KEY = "ostree.static-deltas";

  private DeltaIndex() {}

  /** Returns the file that lies at {@link DeltaName#indexPath}. */
  public static byte[] encode(Map<DeltaName, Checksum> superblocks) {
    return Dictionary.encode(Map.of(KEY, value(superblocks)));
  }

  /** Returns the value of {@link #KEY}, in rising order of the names. */
  public static Variant value(Map<DeltaName, Checksum> superblocks) {
    Map<DeltaName, Checksum> sorted = new TreeMap<>(Comparator.comparing(DeltaName::text));
    sorted.putAll(superblocks);
    Map<String, Variant> entries = new LinkedHashMap<>();
    sorted.forEach((name, digest) -> entries.put(name.text(), Variant.bytes(digest.bytes())));
    return new Variant(Dictionary.TYPE, Dictionary.encode(entries));
  }

  /**
   * Reads an index.
   *
   * @throws OstreeFormatException if it is malformed
   */
  public static Map<DeltaName, Checksum> decode(byte[] index) throws OstreeFormatException {
    Variant value = Dictionary.decode(Slice.of(index)).get(KEY);
    if (value == null || !value.type().equals(Dictionary.TYPE)) {
      throw new OstreeFormatException("an index of deltas has no list of them");
    }
    Map<DeltaName, Checksum> superblocks = new LinkedHashMap<>();
    for (Map.Entry<String, Variant> entry : Dictionary.decode(Slice.of(value.data())).entrySet()) {
      superblocks.put(
          DeltaName.parse(entry.getKey()), Slice.of(entry.getValue().asBytes()).checksum());
    }
    return superblocks;
  }
}
