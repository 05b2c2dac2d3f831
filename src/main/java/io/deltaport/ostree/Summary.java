package io.deltaport.ostree;

import io.deltaport.ostree.GVariant.MemberType;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What an archive offers: the GVariant {@code (a(s(taya{sv}))a{sv})} with the refs in byte order of
 * their names, each with the size of its commit object (host order), its checksum and metadata, and
 * metadata of the whole archive. Immutable.
 *
 * <p>Source of the format: {@code regenerate_metadata} in libostree's {@code ostree-repo.c}. Times
 * are big-endian inside their {@code t}.
 */
public record Summary(List<Ref> refs, Map<String, Variant> metadata) {
  public static final String LAST_MODIFIED = "ostree.summary.last-modified";
  public static final String EXPIRES = "ostree.summary.expires";
  public static final String MODE = "ostree.summary.mode";
  public static final String TOMBSTONE_COMMITS = "ostree.summary.tombstone-commits";
  public static final String INDEXED_DELTAS = "ostree.summary.indexed-deltas";
  public static final String COLLECTION_ID = "ostree.summary.collection-id";

  private static final String COMMIT_TIMESTAMP = "ostree.commit.timestamp";
  private static final String COMMIT_VERSION = "ostree.commit.version";

  private static final MemberType ALIGNED = new MemberType(8, GVariant.VARIABLE);
  private static final List<MemberType> TARGET =
      List.of(MemberType.UINT64, MemberType.BYTES, ALIGNED);
  private static final List<MemberType> REF = List.of(MemberType.BYTES, ALIGNED);
  private static final List<MemberType> SUMMARY = List.of(ALIGNED, ALIGNED);

  private static final Comparator<Ref> BY_NAME =
      (left, right) -> Arrays.compareUnsigned(bytes(left.name), bytes(right.name));

  /**
   * A ref.
   *
   * @param sizeBytes of the commit object; clients take no more
   * @param timestamp of the commit, in seconds since 1970
   * @param version that the commit says it is
   */
  public record Ref(
      String name, Checksum commit, long sizeBytes, long timestamp, Optional<String> version) {}

  public Summary {
    refs = refs.stream().sorted(BY_NAME).toList();
  }

  /** Returns the serialized summary. */
  public byte[] encode() {
    return GVariant.tuple(
        SUMMARY,
        GVariant.array(8, refs.stream().map(Summary::encode).toList()),
        Dictionary.encode(metadata));
  }

  private static byte[] encode(Ref ref) {
    Map<String, Variant> metadata = new TreeMap<>();
    metadata.put(COMMIT_TIMESTAMP, time(ref.timestamp));
    ref.version.ifPresent(version -> metadata.put(COMMIT_VERSION, Variant.string(version)));
    byte[] target =
        GVariant.tuple(
            TARGET,
            Variant.uint64(ref.sizeBytes).data(),
            ref.commit.bytes(),
            Dictionary.encode(metadata));
    return GVariant.tuple(REF, GVariant.string(ref.name), target);
  }

  /** Returns a time as a summary keeps it. */
  public static Variant time(long seconds) {
    return new Variant("t", ByteBuffer.allocate(Long.BYTES).putLong(seconds).array());
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
