package io.deltaport.store.pack;

import io.deltaport.ostree.Checksum;
import io.deltaport.store.ObjectKind;
import io.deltaport.store.ObjectLocation;
import io.deltaport.store.Storage;

/**
 * One row of a pack's index.
 *
 * @param object name of the object
 * @param offset first byte of its zstd frame in the pack
 * @param storedLength bytes of the frame
 * @param length bytes of the object stream when decompressed
 * @param storage what the frame holds
 * @param position where in the frame's content the object stream begins; 0 unless it is shared
 * @param base the object that the storage needs, else null; it may lie in another pack
 */
public record PackEntry(
    Checksum object,
    ObjectKind kind,
    long offset,
    long storedLength,
    long length,
    Storage storage,
    long position,
    Checksum base) {
  /** The row of an object that is whole in its own frame. */
  public PackEntry(Checksum object, ObjectKind kind, long offset, long storedLength, long length) {
    this(object, kind, offset, storedLength, length, Storage.OWN_FRAME, 0, null);
  }

  /**
   * Returns where the object lies.
   *
   * @param pack digest of this entry's pack
   * @param baseLocation where its base lies; null when it has none
   */
  public ObjectLocation location(String pack, ObjectLocation baseLocation) {
    ObjectLocation.Base from = base == null ? null : new ObjectLocation.Base(base, baseLocation);
    return new ObjectLocation(pack, offset, storedLength, length, storage, position, from);
  }

  /** Returns the same row for the same frame at another place. */
  PackEntry at(long place) {
    return new PackEntry(object, kind, place, storedLength, length, storage, position, base);
  }
}
