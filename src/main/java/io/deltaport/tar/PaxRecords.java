package io.deltaport.tar;

import io.deltaport.util.Xattr;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The records of pax extended headers: {@code LENGTH KEY=VALUE\n}, where LENGTH counts the whole
 * record in bytes. Only records that change what an entry is are kept. Global ones may state owner
 * and time; readers of container layers ignore them, so those that would change more are refused.
 * Names and values are bytes, whatever {@code hdrcharset} calls them.
 */
final class PaxRecords {
  private static final int LENGTH_DIGITS_MAX = 9;

  private static final String SPARSE = "GNU.sparse.";
  private static final Set<String> KNOWN =
      Set.of("path", "linkpath", "size", "uid", "gid", "mtime");
  private static final Set<String> OF_ONE_ENTRY = Set.of("path", "linkpath", "size");

  private final PaxRecords global;
  private final Map<String, byte[]> values = new HashMap<>();
  private final PaxXattrs xattrs = new PaxXattrs();
  private final List<Long> sparseNumbers = new ArrayList<>();

  /** Makes the global records, which hold for every later entry. */
  PaxRecords() {
    this(null);
  }

  /** Makes the records of one entry, which override the global ones. */
  PaxRecords(PaxRecords global) {
    this.global = global;
  }

  /**
   * Adds the records of one header; later ones override earlier ones, and an empty value leaves the
   * field of the header block.
   */
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
    boolean sparse = key.startsWith(SPARSE);
    boolean ofOneEntry = sparse || PaxXattrs.isXattr(key) || OF_ONE_ENTRY.contains(key);
    if (global == null && ofOneEntry) {
      throw new TarException("a global pax header states the " + key + " of every entry", offset);
    }
    if (PaxXattrs.isXattr(key)) {
      xattrs.add(key, value, limits, offset);
    } else if (key.equals("GNU.sparse.offset") || key.equals("GNU.sparse.numbytes")) {
      addSparseNumber(key.equals("GNU.sparse.offset"), value, limits, offset);
    } else if (sparse || KNOWN.contains(key)) {
      values.put(key, value);
    }
  }

  private void addSparseNumber(boolean isOffset, byte[] value, TarLimits limits, long offset)
      throws TarException {
    if (sparseNumbers.size() >= 2L * limits.extentsMax()) {
      throw new TarException("a sparse map has too many extents", offset);
    }
    if (isOffset != (sparseNumbers.size() % 2 == 0)) {
      throw new TarException("offsets and lengths of a sparse map do not alternate", offset);
    }
    sparseNumbers.add(number(value, 0, value.length, offset));
  }

  /** Returns the value, or null. */
  byte[] bytes(String key) {
    byte[] value = values.get(key);
    if (value == null) {
      return global == null ? null : global.bytes(key);
    }
    return value.length == 0 ? null : value;
  }

  boolean has(String key) {
    return bytes(key) != null;
  }

  /** Returns a number from 0 up. */
  long number(String key, long otherwise, long offset) throws TarException {
    byte[] value = bytes(key);
    return value == null ? otherwise : number(value, 0, value.length, offset);
  }

  /** Returns the whole second that a time lies in; it may be negative. */
  long seconds(String key, long otherwise, long offset) throws TarException {
    byte[] value = bytes(key);
    if (value == null) {
      return otherwise;
    }
    boolean negative = value[0] == '-';
    int dot = indexOf(value, '.', 0, value.length);
    long seconds = number(value, negative ? 1 : 0, dot < 0 ? value.length : dot, offset);
    boolean fraction = dot >= 0 && isFractionAboveZero(value, dot + 1, offset);
    return negative ? -seconds - (fraction ? 1 : 0) : seconds;
  }

  private static boolean isFractionAboveZero(byte[] value, int from, long offset)
      throws TarException {
    boolean aboveZero = false;
    for (int i = from; i < value.length; i++) {
      if (value[i] < '0' || value[i] > '9') {
        throw new TarException("a time in an extension header is malformed", offset);
      }
      aboveZero |= value[i] != '0';
    }
    return aboveZero;
  }

  List<Xattr> xattrs() {
    return xattrs.list();
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
