package io.deltaport.ostree.staticdelta;

import io.deltaport.ostree.Checksum;
import io.deltaport.ostree.Dictionary;
import io.deltaport.ostree.GVariant;
import io.deltaport.ostree.GVariant.MemberType;
import io.deltaport.ostree.GVariant.Slice;
import io.deltaport.ostree.OstreeFormatException;
import io.deltaport.ostree.Variant;
import io.deltaport.util.Sha256;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a delta consists of: {@code (a{sv}tayay(a{sv}aya(say)sstayay)aya(uayttay)a(yaytt))}.
 * Immutable; arrays are shared.
 *
 * @param metadata with {@code ostree.endianness}
 * @param timestamp when the delta was made, in seconds since 1970; big-endian on the wire
 * @param name source and target
 * @param commit the target's commit object
 * @param parts in the order of their numbers
 * @param fallbacks objects that no part makes
 */
public record Superblock(
    Map<String, Variant> metadata,
    long timestamp,
    DeltaName name,
    byte[] commit,
    List<PartHeader> parts,
    List<Fallback> fallbacks) {
  /** Longest superblock that is read; parts inside it are not counted in what we make. */
  public static final int LENGTH_MAX_BYTES = 256 << 20;

  static final String ENDIANNESS = "ostree.endianness";
  private static final Variant LITTLE_ENDIAN = new Variant("y", new byte[] {'l'});
  private static final int PART_VERSION = 0;
  private static final int ALIGNMENT = 8;

  /** A tuple or array with 64-bit numbers somewhere in it. */
  private static final MemberType ALIGNED = new MemberType(ALIGNMENT, GVariant.VARIABLE);

  static final List<MemberType> TYPES =
      List.of(
          ALIGNED,
          MemberType.UINT64,
          MemberType.BYTES,
          MemberType.BYTES,
          ALIGNED,
          MemberType.BYTES,
          ALIGNED,
          ALIGNED);

  private static final List<MemberType> PART =
      List.of(
          MemberType.UINT32,
          MemberType.BYTES,
          MemberType.UINT64,
          MemberType.UINT64,
          MemberType.BYTES);
  private static final List<MemberType> FALLBACK =
      List.of(new MemberType(1, 1), MemberType.BYTES, MemberType.UINT64, MemberType.UINT64);

  public Superblock {
    LinkedHashMap<String, Variant> entries = new LinkedHashMap<>(metadata);
    entries.putIfAbsent(ENDIANNESS, LITTLE_ENDIAN);
    metadata = Collections.unmodifiableMap(entries);
    parts = List.copyOf(parts);
    fallbacks = List.copyOf(fallbacks);
  }

  /** Returns the same superblock with one more entry, or another value for it. */
  public Superblock withMetadata(String key, Variant value) {
    Map<String, Variant> entries = new LinkedHashMap<>(metadata);
    entries.put(key, value);
    return new Superblock(entries, timestamp, name, commit, parts, fallbacks);
  }

  /**
   * Returns the same superblock with the target's detached metadata, which clients store with the
   * commit and in which they look for its signatures.
   *
   * @param metadata the {@code commitmeta} object, an {@code a{sv}}
   */
  public Superblock withDetachedMetadata(byte[] metadata) {
    return withMetadata(name.detachedMetadataKey(), new Variant(Dictionary.TYPE, metadata));
  }

  /** Returns the superblock as it is served. */
  public byte[] encode() {
    return GVariant.tuple(TYPES, members(Dictionary.encode(metadata)));
  }

  /** Returns the members of the tuple, of which the first may be a stand-in. */
  byte[][] members(byte[] encodedMetadata) {
    List<byte[]> partElements = new ArrayList<>(parts.size());
    for (PartHeader part : parts) {
      partElements.add(
          GVariant.tuple(
              PART,
              Numbers.uint32(PART_VERSION),
              part.checksum().bytes(),
              Numbers.uint64(part.sizeBytes()),
              Numbers.uint64(part.objectBytes()),
              DeltaObject.encode(part.objects())));
    }
    List<byte[]> fallbackElements = new ArrayList<>(fallbacks.size());
    for (Fallback fallback : fallbacks) {
      fallbackElements.add(
          GVariant.tuple(
              FALLBACK,
              new byte[] {(byte) fallback.object().type()},
              fallback.object().checksum().bytes(),
              Numbers.uint64(fallback.sizeBytes()),
              Numbers.uint64(fallback.objectBytes())));
    }
    return new byte[][] {
      encodedMetadata,
      GVariant.uint64(timestamp),
      name.from().map(Checksum::bytes).orElse(new byte[0]),
      name.to().bytes(),
      commit,
      new byte[0],
      GVariant.array(ALIGNMENT, partElements),
      GVariant.array(ALIGNMENT, fallbackElements)
    };
  }

  /**
   * Reads a superblock that is not signed, little-endian and without other deltas to be applied
   * first, which libostree never writes.
   *
   * @throws OstreeFormatException if it is malformed, or not in normal form
   */
  public static Superblock decode(byte[] bytes) throws OstreeFormatException {
    List<Slice> members = GVariant.untuple(Slice.of(bytes), TYPES);
    Map<String, Variant> metadata = Dictionary.decode(members.get(0));
    checkEndianness(metadata.get(ENDIANNESS));
    List<PartHeader> parts = new ArrayList<>();
    for (Slice element : GVariant.unarray(members.get(6), ALIGNMENT)) {
      parts.add(part(GVariant.untuple(element, PART)));
    }
    List<Fallback> fallbacks = new ArrayList<>();
    for (Slice element : GVariant.unarray(members.get(7), ALIGNMENT)) {
      fallbacks.add(fallback(GVariant.untuple(element, FALLBACK)));
    }
    Slice from = members.get(2);
    Superblock superblock =
        new Superblock(
            metadata,
            members.get(1).uint64(),
            new DeltaName(
                from.length() == 0 ? Optional.empty() : Optional.of(from.checksum()),
                members.get(3).checksum()),
            members.get(4).copy(),
            parts,
            fallbacks);
    if (!Arrays.equals(superblock.encode(), bytes)) {
      throw new OstreeFormatException(
          "a superblock is not in normal form, or needs other deltas before it");
    }
    return superblock;
  }

  private static void checkEndianness(Variant value) throws OstreeFormatException {
    if (value == null
        || !value.type().equals(LITTLE_ENDIAN.type())
        || !Arrays.equals(value.data(), LITTLE_ENDIAN.data())) {
      throw new OstreeFormatException("a superblock does not say that it is little-endian");
    }
  }

  private static PartHeader part(List<Slice> members) throws OstreeFormatException {
    if (Numbers.uint32(members.get(0)) != PART_VERSION) {
      throw new OstreeFormatException("a delta part has an unknown version");
    }
    return new PartHeader(
        members.get(1).checksum(),
        size(members.get(2)),
        size(members.get(3)),
        DeltaObject.decode(members.get(4).copy()));
  }

  private static Fallback fallback(List<Slice> members) throws OstreeFormatException {
    int type = members.get(0).copy()[0];
    DeltaObject.checkType(type);
    return new Fallback(
        new DeltaObject(type, members.get(1).checksum()),
        size(members.get(2)),
        size(members.get(3)));
  }

  /** Reads a length, none of which is beyond the exabytes where sums would overflow. */
  private static long size(Slice slice) throws OstreeFormatException {
    long value = Numbers.uint64(slice);
    if (value < 0 || value > Long.MAX_VALUE / 4) {
      throw new OstreeFormatException("a superblock has an impossible length");
    }
    return value;
  }

  /** Returns what summaries and indexes say of a superblock, signed or not: its SHA-256. */
  public static Checksum digest(byte[] served) {
    return new Checksum(Sha256.of(served));
  }
}
