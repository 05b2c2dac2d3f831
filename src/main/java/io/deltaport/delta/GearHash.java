package io.deltaport.delta;

/**
 * A rolling hash over the last 64 bytes, one shift and one addition for each. Not for security.
 *
 * <p>The table is made by SplitMix64 from a fixed seed, so that results are the same everywhere.
 */
final class GearHash {
  /** Bytes after which the hash no longer depends on what was before them. */
  static final int WINDOW_BYTES = Long.SIZE;

  private static final long[] TABLE = table();

  private long hash;

  /** Takes one more byte and returns the hash, whose upper bits depend on the most bytes. */
  long roll(byte next) {
    hash = (hash << 1) + TABLE[next & 0xff];
    return hash;
  }

  private static long[] table() {
    long[] table = new long[1 << Byte.SIZE];
    long state = 0;
    for (int i = 0; i < table.length; i++) {
      state += 0x9E3779B97F4A7C15L;
      long mixed = (state ^ (state >>> 30)) * 0xBF58476D1CE4E5B9L;
      mixed = (mixed ^ (mixed >>> 27)) * 0x94D049BB133111EBL;
      table[i] = mixed ^ (mixed >>> 31);
    }
    return table;
  }
}
