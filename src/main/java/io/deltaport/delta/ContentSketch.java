package io.deltaport.delta;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/**
 * A few numbers by which contents that share stretches are found: the smallest hashes of the
 * windows of 40 bytes in a content. Contents that share bytes share some of the numbers, wherever
 * the bytes lie. Immutable; 8 bytes of memory for each number.
 *
 * @param anchors ascending, without repetition
 * @param limit every window whose hash is below it is among the anchors
 */
record ContentSketch(long[] anchors, long limit) {
  private static final int WINDOW_BITS = 40;
  private static final long WINDOW_MASK = (1L << WINDOW_BITS) - 1;

  /** One window in 64 can be an anchor. */
  private static final int DISTANCE_LOG = 6;

  /** Hashes from here on are never anchors. */
  static final long LIMIT_MAX = 1L << (WINDOW_BITS - DISTANCE_LOG);

  /** Bytes that are looked at; what a longer file has beyond tells nothing new. */
  static final long READ_MAX_BYTES = 64 << 20;

  private static final int CHUNK_BYTES = 64 << 10;

  /**
   * Reads a content.
   *
   * @param anchorsMax numbers that are kept
   */
  static ContentSketch of(InputStream in, int anchorsMax) throws IOException {
    Collector collector = new Collector(anchorsMax);
    byte[] chunk = new byte[CHUNK_BYTES];
    long left = READ_MAX_BYTES;
    for (int count = in.readNBytes(chunk, 0, chunk.length);
        count > 0 && left > 0;
        count = in.readNBytes(chunk, 0, chunk.length)) {
      collector.append(chunk, count);
      left -= count;
    }
    return collector.sketch();
  }

  /** Keeps the smallest hashes; sorts whenever twice as many have come as are kept. */
  private static final class Collector {
    private final int anchorsMax;
    private final long[] anchors;
    private final GearHash rolling = new GearHash();
    private long position;
    private long limit = LIMIT_MAX;
    private int used;

    Collector(int anchorsMax) {
      this.anchorsMax = anchorsMax;
      this.anchors = new long[2 * anchorsMax];
    }

    void append(byte[] bytes, int count) {
      for (int i = 0; i < count; i++) {
        // The lower bits of the hash depend on that many bytes alone.
        long hash = rolling.roll(bytes[i]) & WINDOW_MASK;
        if (hash < limit && position + i + 1 >= WINDOW_BITS) {
          put(hash);
        }
      }
      position += count;
    }

    private void put(long hash) {
      if (used == anchors.length) {
        compact();
      }
      if (hash < limit) {
        anchors[used++] = hash;
      }
    }

    private void compact() {
      Arrays.sort(anchors, 0, used);
      int kept = 0;
      for (int i = 0; i < used; i++) {
        if (kept == 0 || anchors[i] != anchors[kept - 1]) {
          anchors[kept++] = anchors[i];
        }
      }
      if (kept > anchorsMax) {
        limit = anchors[anchorsMax];
        kept = anchorsMax;
      }
      used = kept;
    }

    ContentSketch sketch() {
      compact();
      return new ContentSketch(Arrays.copyOf(anchors, used), limit);
    }
  }
}
