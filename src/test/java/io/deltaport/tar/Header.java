package io.deltaport.tar;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A header block under construction, every field of it open to be wrong. */
final class Header {
  static final String USTAR = "ustar\00000";
  static final String GNU = "ustar  \0";
  static final String V7 = "\0\0\0\0\0\0\0\0";

  private final byte[] block = new byte[512];
  private boolean summed = true;

  private Header(String magic, char flag, String name) {
    text(0, name);
    text(100, "0000644\0").text(108, "0000000\0").text(116, "0000000\0");
    text(124, "00000000000\0").text(136, "00000000000\0");
    block[156] = (byte) flag;
    text(257, magic);
  }

  static Header ustar(char flag, String name) {
    return new Header(USTAR, flag, name);
  }

  static Header gnu(char flag, String name) {
    return new Header(GNU, flag, name);
  }

  static Header v7(char flag, String name) {
    return new Header(V7, flag, name);
  }

  Header text(int at, String text) {
    return bytes(at, text.getBytes(StandardCharsets.ISO_8859_1));
  }

  Header bytes(int at, byte[] bytes) {
    System.arraycopy(bytes, 0, block, at, bytes.length);
    return this;
  }

  Header mode(int mode) {
    return octal(100, 8, mode);
  }

  Header owner(long uid, long gid) {
    return octal(108, 8, uid).octal(116, 8, gid);
  }

  Header size(long size) {
    return octal(124, 12, size);
  }

  Header mtime(long seconds) {
    return octal(136, 12, seconds);
  }

  Header link(String target) {
    return text(157, target);
  }

  Header device(int major, int minor) {
    return octal(329, 8, major).octal(337, 8, minor);
  }

  Header octal(int at, int length, long value) {
    String digits = Long.toOctalString(value);
    return text(at, "0".repeat(length - 1 - digits.length()) + digits + "\0");
  }

  /** Writes GNU's binary form of a number, as wide as the field. */
  Header base256(int at, int length, long value) {
    for (int i = length - 1, shift = 0; i >= 0; i--, shift += 8) {
      block[at + i] = (byte) (value >> Math.min(shift, Long.SIZE - 1));
    }
    block[at] = (byte) (value < 0 ? 0xff : 0x80);
    return this;
  }

  /** Leaves the checksum wrong. */
  Header withoutChecksum() {
    summed = false;
    return this;
  }

  byte[] build() {
    byte[] result = block.clone();
    if (summed) {
      Arrays.fill(result, 148, 156, (byte) ' ');
      int sum = 0;
      for (byte b : result) {
        sum += b & 0xff;
      }
      byte[] field = "%06o\0 ".formatted(sum).getBytes(StandardCharsets.ISO_8859_1);
      System.arraycopy(field, 0, result, 148, field.length);
    }
    return result;
  }
}
