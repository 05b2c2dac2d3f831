package io.deltaport.delta;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Finds where the source has the 8 bytes that stand at a place of the target: a hash table of
 * positions, those of equal hash chained from the last to the first.
 *
 * <p>Memory: at most 12 bytes for each {@link #step} bytes of source. Immutable once built.
 */
final class SeedIndex {
  /** Bytes that must be equal before a place is looked at more closely. */
  static final int SEED_BYTES = 8;

  /** No further position. */
  static final int NONE = -1;

  /** From here on only every second position is indexed, from twice that every fourth. */
  private static final int SPARSE_FROM_BYTES = 4 << 20;

  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long MULTIPLIER = 0x9E3779B97F4A7C15L;
  private static final int TABLE_LOG_MIN = 8;

  private final int step;
  private final int shift;
  private final int[] heads;
  private final int[] chain;

  SeedIndex(byte[] source, int length) {
    this.step = stepFor(length);
    int seeds = length < SEED_BYTES ? 0 : (length - SEED_BYTES) / step + 1;
    int tableLog = Math.max(TABLE_LOG_MIN, Integer.SIZE - Integer.numberOfLeadingZeros(seeds));
    this.shift = Long.SIZE - tableLog;
    this.heads = new int[1 << tableLog];
    this.chain = new int[seeds];
    for (int i = 0; i < seeds; i++) {
      int slot = slot(longAt(source, i * step));
      chain[i] = heads[slot];
      heads[slot] = i + 1;
    }
  }

  /** Returns the heap that an index over {@code length} bytes takes at most. */
  static long memoryBytes(long length) {
    long bytesForEachSeed = 12;
    return bytesForEachSeed * (length / stepFor(length) + (1 << TABLE_LOG_MIN));
  }

  private static int stepFor(long length) {
    int step = 1;
    for (long covered = SPARSE_FROM_BYTES; covered < length; covered *= 2) {
      step *= 2;
    }
    return step;
  }

  /** Returns the last position whose 8 bytes hash like {@code seed}, or {@link #NONE}. */
  int first(long seed) {
    return position(heads[slot(seed)]);
  }

  /** Returns the position before {@code position} whose bytes hash alike, or {@link #NONE}. */
  int next(int position) {
    return position(chain[position / step]);
  }

  /** Returns 8 bytes, the first in the lowest bits. */
  static long longAt(byte[] bytes, int offset) {
    return (long) LONG.get(bytes, offset);
  }

  private int position(int entry) {
    return entry == 0 ? NONE : (entry - 1) * step;
  }

  private int slot(long seed) {
    return (int) ((seed * MULTIPLIER) >>> shift);
  }
}
