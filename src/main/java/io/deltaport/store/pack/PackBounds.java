package io.deltaport.store.pack;

/** What reading an object may cost at most: writers keep to it, readers refuse what exceeds it. */
public final class PackBounds {
  /**
   * Longest object stream that another object may be stored against: whoever reads the other one
   * holds it in memory.
   */
  public static final int BASE_BYTES_MAX = 64 << 20;

  /** Most that a frame of several objects holds: all of it is decompressed to read one of them. */
  public static final int SHARED_FRAME_BYTES_MAX = 1 << 20;

  private PackBounds() {}
}
