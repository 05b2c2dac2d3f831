package io.deltaport.store.pack;

import io.deltaport.ostree.Checksum;
import io.deltaport.store.ObjectKind;
import io.deltaport.store.ObjectLocation;

/**
 * One row of a pack's index.
 *
 * @param object name of the object
 * @param offset first byte of its zstd frame in the pack
 * @param storedLength bytes of the frame
 * @param length bytes of the object stream when decompressed
 */
public record PackEntry(
    Checksum object, ObjectKind kind, long offset, long storedLength, long length) {
  /** Returns where the object lies, given the digest of this entry's pack. */
  public ObjectLocation location(String pack) {
    return new ObjectLocation(pack, offset, storedLength, length);
  }
}
