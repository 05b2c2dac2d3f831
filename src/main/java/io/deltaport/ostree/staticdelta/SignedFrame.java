package io.deltaport.ostree.staticdelta;

import io.deltaport.ostree.Dictionary;
import io.deltaport.ostree.GVariant;
import io.deltaport.ostree.Variant;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What stands around a superblock in a {@link SignedDelta}, so that a long one with its parts
 * inside need not be in memory while it is sent. Immutable; arrays are shared.
 *
 * @param head comes before the superblock
 * @param tail comes after it
 */
public record SignedFrame(byte[] head, byte[] tail) {
  private static final int ALIGNMENT = 8;

  /**
   * Returns the frame.
   *
   * @param superblockBytes length of the superblock
   * @param signaturesByKey as in {@link SignedDelta}
   */
  public static SignedFrame around(
      long superblockBytes, Map<String, List<byte[]>> signaturesByKey) {
    Map<String, Variant> entries = new LinkedHashMap<>();
    new TreeMap<>(signaturesByKey)
        .forEach(
            (key, signatures) ->
                entries.put(
                    key, new Variant(SignedDelta.SIGNATURES_TYPE, GVariant.array(1, signatures))));
    byte[] dictionary = Dictionary.encode(entries);
    long end = ALIGNMENT + superblockBytes;
    ByteArrayOutputStream tail = new ByteArrayOutputStream();
    try {
      long at = Framing.pad(tail, end, ALIGNMENT);
      tail.write(dictionary);
      Framing.putOffset(tail, Framing.width(at + dictionary.length, 1), end);
    } catch (IOException e) {
      throw new UncheckedIOException("memory takes everything", e);
    }
    return new SignedFrame(GVariant.uint64(SignedDelta.MAGIC), tail.toByteArray());
  }

  /** Returns the length of both. */
  public int length() {
    return head.length + tail.length;
  }
}
