package io.deltaport.layer;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * Writes tar archives field by field, also such as no tool would write. Strings are Latin-1, so
 * that any byte can be in a name.
 */
final class TarBytes {
  private static final int BLOCK = 512;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final Map<String, String> pax = new LinkedHashMap<>();
  private int mode = 0644;
  private int uid;
  private int gid;
  private int major;
  private int minor;

  TarBytes mode(int newMode) {
    mode = newMode;
    return this;
  }

  TarBytes owner(int newUid, int newGid) {
    uid = newUid;
    gid = newGid;
    return this;
  }

  /** Adds a pax record to the next entry. */
  TarBytes pax(String key, String value) {
    pax.put(key, value);
    return this;
  }

  TarBytes xattr(String name, String value) {
    return pax("SCHILY.xattr." + name, value);
  }

  TarBytes file(String name, String content) {
    return file(name, content.getBytes(ISO_8859_1));
  }

  TarBytes file(String name, byte[] content) {
    return entry('0', name, "", content);
  }

  TarBytes folder(String name) {
    return folder(name, 0755);
  }

  TarBytes folder(String name, int folderMode) {
    int before = mode;
    mode = folderMode;
    entry('5', name + "/", "", new byte[0]);
    mode = before;
    return this;
  }

  TarBytes symlink(String name, String target) {
    return entry('2', name, target, new byte[0]);
  }

  TarBytes hardLink(String name, String target) {
    return entry('1', name, target, new byte[0]);
  }

  TarBytes device(char type, String name, int newMajor, int newMinor) {
    major = newMajor;
    minor = newMinor;
    entry(type, name, "", new byte[0]);
    major = 0;
    minor = 0;
    return this;
  }

  /** Hides {@code name}, a path, in the layers below. */
  TarBytes whiteout(String path) {
    int slash = path.lastIndexOf('/') + 1;
    return file(path.substring(0, slash) + ".wh." + path.substring(slash), "");
  }

  TarBytes opaque(String folder) {
    return file(folder + "/.wh..wh..opq", "");
  }

  /** Appends any bytes. */
  TarBytes raw(byte[] bytes) {
    out.writeBytes(bytes);
    return this;
  }

  /** Writes one entry; long names get a pax record. */
  TarBytes entry(char type, String name, String link, byte[] content) {
    if (name.length() > 100) {
      pax("path", name);
    }
    if (link.length() > 100) {
      pax("linkpath", link);
    }
    if (!pax.isEmpty()) {
      byte[] records = paxRecords();
      pax.clear();
      header('x', "PaxHeaders/x", "", records.length);
      data(records);
    }
    header(type, name, link, content.length);
    data(content);
    return this;
  }

  /** Writes a header alone, whose size need not be true. */
  TarBytes header(char type, String name, String link, long size) {
    byte[] block = new byte[BLOCK];
    text(block, 0, 100, name);
    octal(block, 100, 8, mode);
    octal(block, 108, 8, uid);
    octal(block, 116, 8, gid);
    octal(block, 124, 12, size);
    octal(block, 136, 12, 1_700_000_000);
    block[156] = (byte) type;
    text(block, 157, 100, link);
    text(block, 257, 8, "ustar\00000");
    octal(block, 329, 8, major);
    octal(block, 337, 8, minor);
    checksum(block);
    out.writeBytes(block);
    return this;
  }

  private void data(byte[] content) {
    out.writeBytes(content);
    out.writeBytes(new byte[-content.length & (BLOCK - 1)]);
  }

  private byte[] paxRecords() {
    ByteArrayOutputStream records = new ByteArrayOutputStream();
    pax.forEach(
        (key, value) -> {
          int payload = key.length() + value.length() + 3;
          int length = payload;
          while (String.valueOf(length).length() + payload != length) {
            length = String.valueOf(length).length() + payload;
          }
          records.writeBytes((length + " " + key + "=" + value + "\n").getBytes(ISO_8859_1));
        });
    return records.toByteArray();
  }

  static void checksum(byte[] block) {
    Arrays.fill(block, 148, 156, (byte) ' ');
    int sum = 0;
    for (byte b : block) {
      sum += b & 0xff;
    }
    text(block, 148, 8, String.format(Locale.ROOT, "%06o\0 ", sum));
  }

  static void text(byte[] block, int at, int max, String text) {
    byte[] bytes = text.getBytes(ISO_8859_1);
    System.arraycopy(bytes, 0, block, at, Math.min(max, bytes.length));
  }

  static void octal(byte[] block, int at, int width, long value) {
    text(block, at, width, String.format(Locale.ROOT, "%0" + (width - 1) + "o", value));
  }

  /** Returns the archive without end blocks. */
  byte[] open() {
    return out.toByteArray();
  }

  /** Returns the archive with its two end blocks. */
  byte[] close() {
    out.writeBytes(new byte[2 * BLOCK]);
    return out.toByteArray();
  }
}
