package io.deltaport.util;

import java.util.HexFormat;

/** Lowercase hexadecimal, the only spelling that digests and checksums have on the wire. */
public final class Hex {
  private static final HexFormat FORMAT = HexFormat.of();

  private Hex() {}

  /** Returns two lowercase digits for each byte. */
  public static String encode(byte[] bytes) {
    return FORMAT.formatHex(bytes);
  }

  /**
   * Returns the bytes that {@code text} spells.
   *
   * @throws IllegalArgumentException if the length is odd or a character is no hexadecimal digit
   */
  public static byte[] decode(String text) {
    return FORMAT.parseHex(text);
  }
}
