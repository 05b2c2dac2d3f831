package io.deltaport.tar;

import io.deltaport.util.Xattr;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The records of pax extended headers: {@code LENGTH KEY=VALUE\n}, where LENGTH counts the whole
 * record in bytes.
 */
final class PaxRecords {
  private static final String SCHILY_XATTR = "SCHILY.xattr.";
  private static final String LIBARCHIVE_XATTR = "LIBARCHIVE.xattr.";
  private static final int LENGTH_DIGITS_MAX = 9;

  private final Map<String, byte[]> values = new HashMap<>();
  private final Map<String, byte[]> xattrs = new LinkedHashMap<>();
  private final List<Long> sparseNumbers = new ArrayList<>();

  PaxRecords() {}

  PaxRecords(PaxRecords global) {
    values.putAll(global.values);
    xattrs.putAll(global.xattrs);
  }

  /** Adds the records of one header; later ones override earlier ones, empty values remove them. */
  void add(byte[] data, TarLimits limits, long offset) throws TarException {
    int at = 0;
    while (at < data.length) {
      int space = indexOf(data, ' ', at, Math.min(data.length, at + LENGTH_DIGITS_MAX + 1));
      int length = (int) number(data, at, space, offset);
      int end = at + length;
      if (length <= space - at + 1 || end > data.length || data[end - 1] != '\n') {
        throw new TarException("a pax record does not have the length that it states", offset);
      }
      int equals = indexOf(data, '=', space + 1, end - 1);
      if (equals < 0) {
        throw new TarException("a pax record has no equals sign", offset);
      }
      String key = new String(data, space + 1, equals - space - 1, StandardCharsets.ISO_8859_1);
      put(key, Arrays.copyOfRange(data, equals + 1, end - 1), limits, offset);
      at = end;
    }
  }

  private void put(String key, byte[] value, TarLimits limits, long offset) throws TarException {
    if (key.startsWith(SCHILY_XATTR)) {
      addXattr(key.substring(SCHILY_XATTR.length()), value, limits, offset);
    } else if (key.startsWith(LIBARCHIVE_XATTR)) {
      addLibarchiveXattr(key.substring(LIBARCHIVE_XATTR.length()), value, limits, offset);
    } else if (key.equals("GNU.sparse.offset") || key.equals("GNU.sparse.numbytes")) {
      if (sparseNumbers.size() >= 2L * limits.extentsMax()) {
        throw new TarException("a sparse map has too many extents", offset);
      }
      sparseNumbers.add(number(value, 0, value.length, offset));
    } else if (value.length == 0) {
      values.remove(key);
    } else {
      values.put(key, value);
    }
  }

  private void addLibarchiveXattr(String name, byte[] value, TarLimits limits, long offset)
      throws TarException {
    try {
      String decoded = URLDecoder.decode(name.replace("+", "%2B"), StandardCharsets.ISO_8859_1);
      String base64 = new String(value, StandardCharsets.ISO_8859_1).replace("=", "");
      if (!xattrs.containsKey(decoded)) {
        addXattr(decoded, Base64.getDecoder().decode(base64), limits, offset);
      }
    } catch (IllegalArgumentException e) {
      throw new TarException("an extended attribute is not encoded as libarchive does", offset);
    }
  }

  private void addXattr(String name, byte[] value, TarLimits limits, long offset)
      throws TarException {
    if (name.isEmpty() || name.indexOf('\0') >= 0) {
      throw new TarException("an extended attribute has no proper name", offset);
    }
    if (value.length > limits.xattrBytesMax()) {
      throw new TarException(
          "an extended attribute is larger than " + limits.xattrBytesMax() + " bytes", offset);
    }
    xattrs.put(name, value);
  }

  /** Returns the value, or null. */
  byte[] bytes(String key) {
    return values.get(key);
  }

  boolean has(String key) {
    return values.containsKey(key);
  }

  /** Returns a number from 0 up; fractions are cut off. */
  long number(String key, long otherwise, long offset) throws TarException {
    byte[] value = values.get(key);
    return value == null ? otherwise : number(value, 0, value.length, offset);
  }

  /** Returns whole seconds, which may be negative. */
  long seconds(String key, long otherwise, long offset) throws TarException {
    byte[] value = values.get(key);
    if (value == null) {
      return otherwise;
    }
    boolean negative = value.length > 0 && value[0] == '-';
    int dot = indexOf(value, '.', 0, value.length);
    long seconds = number(value, negative ? 1 : 0, dot < 0 ? value.length : dot, offset);
    return negative ? -seconds : seconds;
  }

  List<Xattr> xattrs() {
    List<Xattr> result = new ArrayList<>(xattrs.size());
    xattrs.forEach(
        (name, value) -> result.add(new Xattr(name.getBytes(StandardCharsets.ISO_8859_1), value)));
    return result;
  }

  /** Returns offsets and lengths in turn, as pax format 0.0 gives them. */
  List<Long> sparseNumbers() {
    return sparseNumbers;
  }

  static long number(byte[] text, int from, int to, long offset) throws TarException {
    final int digitsMax = 18;
    if (to <= from || to - from > digitsMax) {
      throw new TarException("a number in an extension header is malformed", offset);
    }
    long value = 0;
    for (int i = from; i < to; i++) {
      if (text[i] < '0' || text[i] > '9') {
        throw new TarException("a number in an extension header is malformed", offset);
      }
      value = value * 10 + (text[i] - '0');
    }
    return value;
  }

  private static int indexOf(byte[] data, char wanted, int from, int to) {
    for (int i = from; i < to; i++) {
      if (data[i] == wanted) {
        return i;
      }
    }
    return -1;
  }
}
