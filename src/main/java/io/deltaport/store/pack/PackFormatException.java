package io.deltaport.store.pack;

import java.io.IOException;

/** A pack is damaged, or of a version that this program does not know. */
public final class PackFormatException extends IOException {
  private static final long serialVersionUID = 1L;

  private final String pack;

  /**
   * Describes the damage.
   *
   * @param pack digest of the pack
   * @param offset where in the pack, in bytes
   */
  PackFormatException(String pack, long offset, String problem) {
    this(pack, offset, problem, null);
  }

  PackFormatException(String pack, long offset, String problem, Throwable cause) {
    super("pack %s at byte %d: %s".formatted(pack, offset, problem), cause);
    this.pack = pack;
  }

  /** Returns the digest of the pack. */
  public String pack() {
    return pack;
  }
}
