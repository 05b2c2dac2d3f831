package io.deltaport.tar;

import io.deltaport.util.Xattr;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The extended attributes among pax records: {@code SCHILY.xattr.NAME} with the value as it is, and
 * {@code LIBARCHIVE.xattr.NAME} with the name percent-encoded and the value in base64.
 *
 * <p>bsdtar writes both, with the encoded name in both. The first form wins, and its name is taken
 * as it stands: so do the tools that unpack container layers.
 */
final class PaxXattrs {
  /**
   * Most records for the attributes of a file, of which bsdtar writes two for each: Linux lists 64
   * KiB of names, of at least 7 bytes each.
   */
  static final int COUNT_MAX = 20_000;

  private static final String SCHILY = "SCHILY.xattr.";
  private static final String LIBARCHIVE = "LIBARCHIVE.xattr.";

  private final Map<String, byte[]> schily = new LinkedHashMap<>();

  /** By the encoded name. */
  private final Map<String, Xattr> libarchive = new LinkedHashMap<>();

  static boolean isXattr(String key) {
    return key.startsWith(SCHILY) || key.startsWith(LIBARCHIVE);
  }

  /** Adds the record of an attribute; a later one of the same form and name replaces it. */
  void add(String key, byte[] value, TarLimits limits, long offset) throws TarException {
    if (key.startsWith(SCHILY)) {
      String name = key.substring(SCHILY.length());
      check(name, value, limits, offset);
      schily.put(name, value);
    } else {
      addEncoded(key.substring(LIBARCHIVE.length()), value, limits, offset);
    }
    if (schily.size() + libarchive.size() > COUNT_MAX) {
      throw new TarException("more than " + COUNT_MAX + " records of extended attributes", offset);
    }
  }

  private void addEncoded(String name, byte[] base64, TarLimits limits, long offset)
      throws TarException {
    try {
      String decoded = URLDecoder.decode(name.replace("+", "%2B"), StandardCharsets.ISO_8859_1);
      String text = new String(base64, StandardCharsets.ISO_8859_1).replace("=", "");
      byte[] value = Base64.getDecoder().decode(text);
      check(decoded, value, limits, offset);
      libarchive.put(name, new Xattr(decoded.getBytes(StandardCharsets.ISO_8859_1), value));
    } catch (IllegalArgumentException e) {
      throw new TarException("an extended attribute is not encoded as libarchive does", offset);
    }
  }

  private static void check(String name, byte[] value, TarLimits limits, long offset)
      throws TarException {
    if (name.isEmpty() || name.indexOf('\0') >= 0) {
      throw new TarException("an extended attribute has no proper name", offset);
    }
    if (value.length > limits.xattrBytesMax()) {
      throw new TarException(
          "an extended attribute is larger than " + limits.xattrBytesMax() + " bytes", offset);
    }
  }

  /** Returns them, each name once. */
  List<Xattr> list() {
    List<Xattr> list = new ArrayList<>(schily.size());
    schily.forEach(
        (name, value) -> list.add(new Xattr(name.getBytes(StandardCharsets.ISO_8859_1), value)));
    Set<String> seen = new HashSet<>(schily.keySet());
    libarchive.forEach(
        (encoded, xattr) -> {
          String name = new String(xattr.name(), StandardCharsets.ISO_8859_1);
          if (!schily.containsKey(encoded) && seen.add(name)) {
            list.add(xattr);
          }
        });
    return list;
  }
}
