package io.deltaport.ostree.staticdelta;

import io.deltaport.ostree.Checksum;
import java.util.List;

/**
 * What a superblock says of a part: {@code (uayttay)} with version 0, numbers little-endian.
 *
 * @param checksum SHA-256 of the part as it is sent
 * @param sizeBytes length of the part as it is sent
 * @param objectBytes sum of the lengths of the objects: contents of files, without their headers,
 *     and metadata objects
 * @param objects in the order in which the part makes them
 */
public record PartHeader(
    Checksum checksum, long sizeBytes, long objectBytes, List<DeltaObject> objects) {
  /** Largest payload that ostree 2026.3 takes, whatever the objects. */
  public static final long PAYLOAD_MAX_BYTES = 512L << 20;

  private static final long FIXED_BYTES = 4 << 10;
  private static final long EACH_OBJECT_BYTES = (64 << 10) + 256;
  private static final int OBJECT_BYTES_DIVISOR = 32;

  public PartHeader {
    objects = List.copyOf(objects);
  }

  /** Returns how long the payload, decompressed, may be so that every client takes it. */
  public long payloadMaxBytes() {
    return payloadMaxBytes(objectBytes, objects.size());
  }

  /**
   * Returns how long the payload of a part may be. ostree 2026.3 refuses longer ones; neither those
   * before nor those after it have the limit.
   *
   * @param objectBytes sum of the lengths of the objects
   * @param count number of objects
   */
  public static long payloadMaxBytes(long objectBytes, int count) {
    long allowed =
        objectBytes + FIXED_BYTES + count * EACH_OBJECT_BYTES + objectBytes / OBJECT_BYTES_DIVISOR;
    return Math.min(PAYLOAD_MAX_BYTES, allowed);
  }
}
