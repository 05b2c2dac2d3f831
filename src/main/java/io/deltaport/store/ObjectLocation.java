package io.deltaport.store;

import io.deltaport.ostree.Checksum;

/**
 * Where one object's zstd frame lies.
 *
 * @param pack digest of the pack, 64 hexadecimal digits
 * @param offset first byte of the frame in the pack
 * @param storedLength bytes of the frame
 * @param length bytes of the object stream when decompressed
 * @param base where the content comes from when the frame holds a file's header alone, else null
 */
public record ObjectLocation(String pack, long offset, long storedLength, long length, Base base) {
  /**
   * The object whose content a file has as well: the same file under another header.
   *
   * @param object its name
   * @param location where it lies, itself without a base
   */
  public record Base(Checksum object, ObjectLocation location) {
    /** Refuses a base with a base: content is never more than one step away. */
    public Base {
      if (location.base() != null) {
        throw new IllegalArgumentException("the base " + object + " has a base itself");
      }
    }
  }

  /** The location of an object that is whole in its own frame. */
  public ObjectLocation(String pack, long offset, long storedLength, long length) {
    this(pack, offset, storedLength, length, null);
  }
}
