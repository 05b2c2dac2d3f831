package io.deltaport.delta;

import java.util.Arrays;

/**
 * Remembers a few places of a large file by the bytes before them, to find roughly where a stretch
 * of another file comes from. Places are chosen by their content, so the same bytes are chosen
 * again wherever they lie. At most 16 MiB of memory, however large the file is.
 */
final class AnchorIndex {
  /** Mean distance of places in files of up to {@link #ANCHORS_MAX} times this. */
  private static final int DISTANCE_LOG_MIN = 12;

  /** Places that are remembered; beyond, the mean distance grows instead. */
  private static final int ANCHORS_MAX = 1 << 18;

  // Twice the expected number, so that chance never fills the table.
  private static final int SLOTS = ANCHORS_MAX * 4;
  private static final int FILLED_MAX = SLOTS / 2;
  private static final long EMPTY = 0;

  private final int distanceLog;
  private final long[] hashes;
  private final long[] positions;
  private final int slotShift;
  private final GearHash rolling = new GearHash();
  private long position;
  private int filled;

  AnchorIndex(long length) {
    int log = DISTANCE_LOG_MIN;
    while (length >>> log > ANCHORS_MAX) {
      log++;
    }
    this.distanceLog = log;
    int slotsLog = Math.max(8, Long.SIZE - Long.numberOfLeadingZeros((length >>> log) * 2));
    int slots = Math.min(SLOTS, 1 << slotsLog);
    this.slotShift = Long.SIZE - Integer.numberOfTrailingZeros(slots);
    this.hashes = new long[slots];
    this.positions = new long[slots];
  }

  /** Takes the next bytes of the file. */
  void append(byte[] bytes, int count) {
    for (int i = 0; i < count; i++) {
      long hash = rolling.roll(bytes[i]);
      position++;
      if (isAnchor(hash) && position >= GearHash.WINDOW_BYTES) {
        remember(hash);
      }
    }
  }

  private void remember(long hash) {
    int slot = slot(hash);
    if (hashes[slot] == EMPTY && filled < Math.min(FILLED_MAX, hashes.length / 2)) {
      hashes[slot] = hash;
      positions[slot] = position;
      filled++;
    }
  }

  /**
   * Returns the places of the file, in ascending order, that the anchors among {@code bytes} come
   * from.
   */
  long[] find(byte[] bytes) {
    long[] found = new long[64];
    int count = 0;
    GearHash hashing = new GearHash();
    for (int i = 0; i < bytes.length; i++) {
      long hash = hashing.roll(bytes[i]);
      if (isAnchor(hash) && i + 1 >= GearHash.WINDOW_BYTES) {
        int slot = slot(hash);
        if (hashes[slot] == hash) {
          found = count == found.length ? Arrays.copyOf(found, count * 2) : found;
          found[count++] = positions[slot];
        }
      }
    }
    long[] sorted = Arrays.copyOf(found, count);
    Arrays.sort(sorted);
    return sorted;
  }

  private boolean isAnchor(long hash) {
    return hash >>> (Long.SIZE - distanceLog) == 1;
  }

  /** Returns where {@code hash} is, or the empty slot where it would be. */
  private int slot(long hash) {
    int slot = (int) ((hash * 0x9E3779B97F4A7C15L) >>> slotShift);
    while (hashes[slot] != EMPTY && hashes[slot] != hash) {
      slot = (slot + 1) & (hashes.length - 1);
    }
    return slot;
  }
}
