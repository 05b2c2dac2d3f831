package io.deltaport.ostree.staticdelta;

import io.deltaport.ostree.Dictionary;
import io.deltaport.ostree.GVariant;
import io.deltaport.ostree.GVariant.MemberType;
import io.deltaport.ostree.GVariant.Slice;
import io.deltaport.ostree.OstreeFormatException;
import io.deltaport.ostree.Variant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A superblock with signatures over its bytes: {@code (taya{sv})}, magic, superblock, signatures.
 *
 * <p>This is the form of files for offline use and for {@code ostree static-delta verify}: pulls
 * take plain superblocks only.
 *
 * @param superblock the bytes that are signed
 * @param signatures by key: {@code ostree.sign.ed25519} or another of libostree's engines
 */
public record SignedDelta(byte[] superblock, Map<String, List<byte[]>> signatures) {
  /** Key of ed25519 signatures, 64 bytes each. */
  public static final String ED25519 = "ostree.sign.ed25519";

  /** {@code OSTSGNDT}, big-endian. */
  static final long MAGIC = 0x4F53_5453_474E_4454L;

  static final String SIGNATURES_TYPE = "aay";
  private static final List<MemberType> TYPES =
      List.of(MemberType.UINT64, MemberType.BYTES, new MemberType(8, GVariant.VARIABLE));

  /** Returns the signed superblock. */
  public static byte[] wrap(byte[] superblock, Map<String, List<byte[]>> signaturesByKey) {
    Map<String, Variant> entries = new LinkedHashMap<>();
    new TreeMap<>(signaturesByKey)
        .forEach(
            (key, signatures) ->
                entries.put(key, new Variant(SIGNATURES_TYPE, GVariant.array(1, signatures))));
    return GVariant.tuple(TYPES, GVariant.uint64(MAGIC), superblock, Dictionary.encode(entries));
  }

  /** Says whether served bytes are a signed superblock. */
  public static boolean isSigned(byte[] served) {
    return served.length >= Long.BYTES && new Slice(served, 0, Long.BYTES).uint64() == MAGIC;
  }

  /**
   * Takes a signed superblock apart. The signatures are not checked.
   *
   * @throws OstreeFormatException if it is malformed, or not in normal form
   */
  public static SignedDelta unwrap(byte[] served) throws OstreeFormatException {
    List<Slice> members = GVariant.untuple(Slice.of(served), TYPES);
    if (members.get(0).uint64() != MAGIC) {
      throw new OstreeFormatException("a delta is not signed");
    }
    Map<String, List<byte[]>> signatures = new LinkedHashMap<>();
    for (Map.Entry<String, Variant> entry : Dictionary.decode(members.get(2)).entrySet()) {
      if (!entry.getValue().type().equals(SIGNATURES_TYPE)) {
        throw new OstreeFormatException("signatures of a delta are no list of bytes");
      }
      List<byte[]> values = new ArrayList<>();
      for (Slice value : GVariant.unarray(Slice.of(entry.getValue().data()), 1)) {
        values.add(value.copy());
      }
      signatures.put(entry.getKey(), List.copyOf(values));
    }
    SignedDelta delta = new SignedDelta(members.get(1).copy(), signatures);
    if (!Arrays.equals(wrap(delta.superblock, signatures), served)) {
      throw new OstreeFormatException("a signed delta is not in normal form");
    }
    return delta;
  }
}
