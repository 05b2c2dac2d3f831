package io.deltaport.image.remote;

import io.deltaport.ostree.Checksum;
import io.deltaport.store.ObjectKind;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumMap;
import java.util.Map;

/** The objects that a commit leads to, beside the commit itself. Immutable. */
final class CommitObjects {
  /** Bytes of a checksum that are kept: nobody finds another object with the same 128 bits. */
  private static final int NAME_BYTES = 16;

  private static final int LONGS = NAME_BYTES / Long.BYTES;

  /** For each kind the first two numbers of every checksum, in rising order. */
  private final Map<ObjectKind, long[]> names = new EnumMap<>(ObjectKind.class);

  CommitObjects(Map<ObjectKind, ? extends Collection<Checksum>> objects) {
    objects.forEach((kind, checksums) -> names.put(kind, pack(checksums)));
  }

  private static long[] pack(Collection<Checksum> checksums) {
    Checksum[] sorted = checksums.toArray(Checksum[]::new);
    Arrays.sort(sorted);
    long[] packed = new long[LONGS * sorted.length];
    for (int i = 0; i < sorted.length; i++) {
      packed[LONGS * i] = number(sorted[i], 0);
      packed[LONGS * i + 1] = number(sorted[i], Long.BYTES);
    }
    return packed;
  }

  boolean contains(RemoteObject object) {
    long[] packed = names.get(object.kind());
    if (packed == null) {
      return false;
    }
    long first = number(object.checksum(), 0);
    long second = number(object.checksum(), Long.BYTES);
    int low = 0;
    int high = packed.length / LONGS - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      int order = Long.compareUnsigned(packed[LONGS * middle], first);
      order = order != 0 ? order : Long.compareUnsigned(packed[LONGS * middle + 1], second);
      if (order == 0) {
        return true;
      }
      if (order < 0) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return false;
  }

  /** Returns about how much memory this takes, in bytes. */
  int memoryBytes() {
    return NAME_BYTES + names.values().stream().mapToInt(each -> each.length * Long.BYTES).sum();
  }

  private static long number(Checksum checksum, int from) {
    long number = 0;
    for (int i = from; i < from + Long.BYTES; i++) {
      number = number << Byte.SIZE | (checksum.bytes()[i] & 0xff);
    }
    return number;
  }
}
