package io.deltaport.store.pack;

import io.deltaport.ostree.Checksum;
import io.deltaport.store.Storage;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The index of a pack while it is written: rows in their final form and a hash table over them.
 * About 80 bytes for each object, 100 more where it has a base. Not thread-safe.
 */
final class EntryTable {
  private static final int CHUNK_ROWS = 1024;
  private static final int FIRST_SLOTS = 1024;
  private static final int ROW_BITS = 24; // more than OBJECTS_MAX needs

  private static final byte[] NO_BASE = new byte[PackFormat.BASE_BYTES];

  private final List<ByteBuffer> chunks = new ArrayList<>();
  private final Map<Integer, byte[]> bases = new HashMap<>(); // by row number
  private int[] slots = new int[FIRST_SLOTS]; // row number + 1, or 0 when free
  private int size;
  private boolean shared;

  int size() {
    return size;
  }

  boolean contains(Checksum object) {
    return slots[slotOf(object)] != 0;
  }

  /** Adds an object that is not there yet; there must be room. */
  void add(PackEntry entry) {
    if (size == PackFormat.OBJECTS_MAX) {
      throw new IllegalStateException("a pack holds no more objects");
    }
    if (size % CHUNK_ROWS == 0) {
      chunks.add(ByteBuffer.allocate(CHUNK_ROWS * PackFormat.ENTRY_BYTES));
    }
    int at = at(size);
    chunkOf(size)
        .put(at, entry.object().bytes())
        .putLong(at + PackFormat.ENTRY_OFFSET_AT, entry.offset())
        .putLong(at + PackFormat.ENTRY_STORED_LENGTH_AT, entry.storedLength())
        .putLong(at + PackFormat.ENTRY_LENGTH_AT, entry.length())
        .put(at + PackFormat.ENTRY_KIND_AT, (byte) entry.kind().code())
        .put(at + PackFormat.ENTRY_STORAGE_AT, (byte) entry.storage().code())
        .putInt(at + PackFormat.ENTRY_POSITION_AT, Math.toIntExact(entry.position()));
    shared |= entry.storage() == Storage.SHARED_FRAME;
    if (entry.base() != null) {
      bases.put(size, entry.base().bytes());
    }
    slots[slotOf(entry.object())] = ++size;
    if (size > slots.length / 2) {
      growSlots();
    }
  }

  /** Returns the flags of the footer that these objects need. */
  int flags() {
    return (bases.isEmpty() ? 0 : PackFormat.FLAG_BASES) | (shared ? PackFormat.FLAG_SHARED : 0);
  }

  /**
   * Copies row {@code row}, 64 bytes, into {@code target}; its base, or zeros, if there is room.
   */
  void copyRow(int row, byte[] target) {
    chunkOf(row).get(at(row), target, 0, PackFormat.ENTRY_BYTES);
    if (target.length > PackFormat.ENTRY_BYTES) {
      byte[] base = bases.getOrDefault(row, NO_BASE);
      System.arraycopy(base, 0, target, PackFormat.ENTRY_BYTES, PackFormat.BASE_BYTES);
    }
  }

  /** Returns the row numbers in the order of their checksums. */
  int[] sortedRows() {
    // The first 40 bits of the checksum and the row number share a long, which sorts unboxed.
    long[] keys = new long[size];
    for (int row = 0; row < size; row++) {
      long prefix = chunkOf(row).getLong(at(row)) ^ Long.MIN_VALUE;
      keys[row] = prefix >> ROW_BITS << ROW_BITS | row;
    }
    Arrays.sort(keys);
    int[] rows = new int[size];
    for (int i = 0; i < size; i++) {
      rows[i] = (int) keys[i] & ((1 << ROW_BITS) - 1);
      for (int j = i; j > 0 && compareRows(rows[j - 1], rows[j]) > 0; j--) {
        int row = rows[j];
        rows[j] = rows[j - 1];
        rows[j - 1] = row;
      }
    }
    return rows;
  }

  private int compareRows(int a, int b) {
    return checksumOf(a).compareTo(checksumOf(b));
  }

  private Checksum checksumOf(int row) {
    byte[] bytes = new byte[PackFormat.ENTRY_OFFSET_AT];
    chunkOf(row).get(at(row), bytes);
    return new Checksum(bytes);
  }

  private ByteBuffer chunkOf(int row) {
    return chunks.get(row / CHUNK_ROWS);
  }

  private static int at(int row) {
    return row % CHUNK_ROWS * PackFormat.ENTRY_BYTES;
  }

  /** Returns the slot that holds {@code object}, or the free one where it belongs. */
  private int slotOf(Checksum object) {
    int mask = slots.length - 1;
    int slot = object.hashCode() & mask;
    while (slots[slot] != 0 && !matches(slots[slot] - 1, object)) {
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  private boolean matches(int row, Checksum object) {
    ByteBuffer chunk = chunkOf(row);
    int at = at(row);
    byte[] bytes = object.bytes();
    for (int i = 0; i < bytes.length; i++) {
      if (chunk.get(at + i) != bytes[i]) {
        return false;
      }
    }
    return true;
  }

  private void growSlots() {
    slots = new int[slots.length * 2];
    for (int row = 0; row < size; row++) {
      slots[slotOf(checksumOf(row))] = row + 1;
    }
  }
}
