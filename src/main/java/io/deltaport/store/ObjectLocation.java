package io.deltaport.store;

import io.deltaport.ostree.Checksum;

/**
 * Where one object lies, with everything that must be read for it.
 *
 * @param pack digest of the pack, 64 hexadecimal digits
 * @param offset first byte of the zstd frame in the pack
 * @param storedLength bytes of the frame
 * @param length bytes of the object stream when decompressed
 * @param storage what the frame holds
 * @param position where in the frame's content the object stream begins; 0 unless it is shared
 * @param base the object that the storage needs, else null
 */
public record ObjectLocation(
    String pack,
    long offset,
    long storedLength,
    long length,
    Storage storage,
    long position,
    Base base) {
  /** Longest chain of objects each of which is stored against the next. */
  public static final int ANCESTORS_MAX = 8;

  /**
   * The object that another one is stored against, or whose content it has.
   *
   * @param object its name
   * @param location where it lies
   */
  public record Base(Checksum object, ObjectLocation location) {}

  /**
   * Checks that storage and base fit.
   *
   * @throws IllegalArgumentException if a base is missing, of no use, or leads to more than {@link
   *     #ANCESTORS_MAX} others
   */
  public ObjectLocation {
    if (storage.hasBase() != (base != null)) {
      throw new IllegalArgumentException("an object stored as " + storage + " with base " + base);
    }
    if (base != null && !base.location().canBeBase(storage)) {
      throw new IllegalArgumentException(base.object() + " cannot be the base of another object");
    }
  }

  /** The location of an object that is whole in its own frame. */
  public ObjectLocation(String pack, long offset, long storedLength, long length) {
    this(pack, offset, storedLength, length, Storage.OWN_FRAME, 0, null);
  }

  /** Tells whether an object that is stored in this way can have this one for its base. */
  public boolean canBeBase(Storage of) {
    int more = of == Storage.AGAINST_BASE ? 1 : 0;
    return storage != Storage.HEADER_OF_BASE && ancestors() + more <= ANCESTORS_MAX;
  }

  /** Tells whether {@link #storedLength} is that of a frame in which other objects are, too. */
  public boolean sharesFrame() {
    return storage == Storage.SHARED_FRAME;
  }

  private int ancestors() {
    return base == null ? 0 : base.location().ancestors() + 1;
  }

  /**
   * Returns the object that has this file's content itself: {@code object}, or another one when
   * only its header is stored under its name.
   */
  public Checksum contentOwner(Checksum object) {
    return storage == Storage.HEADER_OF_BASE ? base.object() : object;
  }
}
