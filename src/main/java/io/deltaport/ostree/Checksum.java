package io.deltaport.ostree;

import io.deltaport.util.Hex;
import io.deltaport.util.Sha256;
import java.util.Arrays;

/**
 * The SHA-256 that names an OSTree object: 32 bytes, ordered as unsigned bytes. Immutable.
 *
 * <p>The array is shared, not copied: callers never change it.
 */
public record Checksum(byte[] bytes) implements Comparable<Checksum> {

  public Checksum {
    if (bytes.length != Sha256.LENGTH_BYTES) {
      throw new IllegalArgumentException("a checksum has 32 bytes, not " + bytes.length);
    }
  }

  /**
   * Parses 64 hexadecimal digits.
   *
   * @throws IllegalArgumentException if {@code hex} is anything else
   */
  public static Checksum parse(String hex) {
    return new Checksum(Hex.decode(hex));
  }

  /** Returns the name of the object whose whole stream is {@code object}. */
  public static Checksum of(byte[] object) {
    return new Checksum(Sha256.of(object));
  }

  /** Returns 64 lowercase digits. */
  public String hex() {
    return Hex.encode(bytes);
  }

  @Override
  public int compareTo(Checksum other) {
    return Arrays.compareUnsigned(bytes, other.bytes);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Checksum that && Arrays.equals(bytes, that.bytes);
  }

  @Override
  public int hashCode() {
    return (bytes[0] & 0xff) << 24
        | (bytes[1] & 0xff) << 16
        | (bytes[2] & 0xff) << 8
        | (bytes[3] & 0xff);
  }

  @Override
  public String toString() {
    return hex();
  }
}
