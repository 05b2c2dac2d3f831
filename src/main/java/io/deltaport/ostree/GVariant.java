package io.deltaport.ostree;

import io.deltaport.util.Sha256;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The GVariant serialization as far as OSTree uses it: containers of variable size end with the end
 * offsets of their members, each as wide as the whole container needs.
 *
 * @see <a href="https://docs.gtk.org/glib/gvariant-format-specification.html">GVariant format</a>
 */
public final class GVariant {
  /** Marks a member whose length is not fixed by its type. */
  public static final int VARIABLE = -1;

  private GVariant() {}

  /**
   * A member of a tuple.
   *
   * @param alignment 1, 2, 4 or 8
   * @param fixedLength bytes, or {@link #VARIABLE}
   */
  public record MemberType(int alignment, int fixedLength) {
    public static final MemberType UINT32 = new MemberType(4, 4);
    public static final MemberType UINT64 = new MemberType(8, 8);
    public static final MemberType BYTES = new MemberType(1, VARIABLE);
    public static final MemberType VARIANT = new MemberType(8, VARIABLE);

    boolean isFixed() {
      return fixedLength != VARIABLE;
    }
  }

  /** A range of a byte array. */
  public record Slice(byte[] bytes, int from, int to) {
    public static Slice of(byte[] bytes) {
      return new Slice(bytes, 0, bytes.length);
    }

    public int length() {
      return to - from;
    }

    public byte[] copy() {
      return Arrays.copyOfRange(bytes, from, to);
    }

    /** Reads a string, which ends with its only zero byte; returned without it. */
    public byte[] string() throws OstreeFormatException {
      if (length() == 0 || bytes[to - 1] != 0) {
        throw new OstreeFormatException("a string does not end with a zero byte");
      }
      for (int i = from; i < to - 1; i++) {
        if (bytes[i] == 0) {
          throw new OstreeFormatException("a string has a zero byte inside");
        }
      }
      return Arrays.copyOfRange(bytes, from, to - 1);
    }

    public Checksum checksum() throws OstreeFormatException {
      if (length() != Sha256.LENGTH_BYTES) {
        throw new OstreeFormatException("a checksum has 32 bytes, not " + length());
      }
      return new Checksum(copy());
    }

    public int uint32() {
      return (int) bigEndian(4);
    }

    public long uint64() {
      return bigEndian(8);
    }

    private long bigEndian(int length) {
      long value = 0;
      for (int i = 0; i < length; i++) {
        value = value << 8 | (bytes[from + i] & 0xff);
      }
      return value;
    }
  }

  public static byte[] uint32(int value) {
    return new byte[] {
      (byte) (value >>> 24), (byte) (value >>> 16), (byte) (value >>> 8), (byte) value
    };
  }

  public static byte[] uint64(long value) {
    byte[] bytes = new byte[8];
    for (int i = 0; i < 8; i++) {
      bytes[i] = (byte) (value >>> (56 - 8 * i));
    }
    return bytes;
  }

  /** Returns the text with the zero byte that ends it. */
  public static byte[] string(byte[] text) {
    return Arrays.copyOf(text, text.length + 1);
  }

  public static byte[] string(String text) {
    return string(text.getBytes(StandardCharsets.UTF_8));
  }

  /** Serializes a tuple. */
  public static byte[] tuple(List<MemberType> types, byte[]... members) {
    int length = 0;
    List<Integer> ends = new ArrayList<>();
    for (int i = 0; i < members.length; i++) {
      length = align(length, types.get(i).alignment()) + members[i].length;
      if (!types.get(i).isFixed() && i < members.length - 1) {
        ends.add(length);
      }
    }
    byte[] result = new byte[withOffsets(length, ends.size())];
    int at = 0;
    for (int i = 0; i < members.length; i++) {
      at = align(at, types.get(i).alignment());
      System.arraycopy(members[i], 0, result, at, members[i].length);
      at += members[i].length;
    }
    int width = offsetWidth(result.length);
    for (int i = ends.size() - 1; i >= 0; i--) {
      putLittleEndian(result, at, width, ends.get(i));
      at += width;
    }
    return result;
  }

  /** Serializes an array of elements of variable length. */
  public static byte[] array(int alignment, List<byte[]> elements) {
    int length = 0;
    for (byte[] element : elements) {
      length = align(length, alignment) + element.length;
    }
    byte[] result = new byte[withOffsets(length, elements.size())];
    int width = offsetWidth(result.length);
    int at = 0;
    int offsetAt = length;
    for (byte[] element : elements) {
      at = align(at, alignment);
      System.arraycopy(element, 0, result, at, element.length);
      at += element.length;
      putLittleEndian(result, offsetAt, width, at);
      offsetAt += width;
    }
    return result;
  }

  /** Takes a tuple apart. Bounds are checked here, normal form by serializing again. */
  public static List<Slice> untuple(Slice tuple, List<MemberType> types)
      throws OstreeFormatException {
    int width = offsetWidth(tuple.length());
    int offsetAt = tuple.to();
    int at = 0;
    List<Slice> members = new ArrayList<>(types.size());
    for (int i = 0; i < types.size(); i++) {
      MemberType type = types.get(i);
      at = align(at, type.alignment());
      int end;
      if (type.isFixed()) {
        end = at + type.fixedLength();
      } else if (i == types.size() - 1) {
        end = offsetAt - tuple.from();
      } else {
        offsetAt -= width;
        end = littleEndian(tuple, offsetAt, width);
      }
      if (end < at || end > offsetAt - tuple.from()) {
        throw new OstreeFormatException("a member of a tuple lies outside of it");
      }
      members.add(new Slice(tuple.bytes(), tuple.from() + at, tuple.from() + end));
      at = end;
    }
    return members;
  }

  /**
   * Takes an array with elements of variable length apart. Those that OSTree has are never empty,
   * so an array of empty ones is refused before it takes many times its own memory.
   */
  public static List<Slice> unarray(Slice array, int alignment) throws OstreeFormatException {
    return unarray(array, alignment, 1);
  }

  /** Takes an array apart whose elements may be empty; it takes 40 times its own memory. */
  public static List<Slice> unarrayWithEmpty(Slice array, int alignment)
      throws OstreeFormatException {
    return unarray(array, alignment, 0);
  }

  private static List<Slice> unarray(Slice array, int alignment, int lengthMin)
      throws OstreeFormatException {
    if (array.length() == 0) {
      return List.of();
    }
    int width = offsetWidth(array.length());
    int table = littleEndian(array, array.to() - width, width);
    int tableBytes = array.length() - table;
    if (table < 0 || tableBytes <= 0 || tableBytes % width != 0) {
      throw new OstreeFormatException("the offsets of an array are malformed");
    }
    int count = tableBytes / width;
    List<Slice> elements = new ArrayList<>(count);
    int at = 0;
    for (int i = 0; i < count; i++) {
      at = align(at, alignment);
      int end = littleEndian(array, array.from() + table + i * width, width);
      if (end < at + lengthMin || end > table) {
        throw new OstreeFormatException("an element of an array is empty or lies outside of it");
      }
      elements.add(new Slice(array.bytes(), array.from() + at, array.from() + end));
      at = end;
    }
    return elements;
  }

  private static int littleEndian(Slice within, int at, int width) throws OstreeFormatException {
    if (width == 0 || at < within.from() || at + width > within.to()) {
      throw new OstreeFormatException("a container is too short for its offsets");
    }
    long value = 0;
    for (int i = width - 1; i >= 0; i--) {
      value = value << 8 | (within.bytes()[at + i] & 0xff);
    }
    if (value > within.length()) {
      throw new OstreeFormatException("an offset points outside of its container");
    }
    return (int) value;
  }

  private static void putLittleEndian(byte[] bytes, int at, int width, int value) {
    for (int i = 0; i < width; i++) {
      bytes[at + i] = (byte) (value >>> (8 * i));
    }
  }

  private static int align(int at, int alignment) {
    return (at + alignment - 1) & -alignment;
  }

  private static int offsetWidth(int containerLength) {
    if (containerLength == 0) {
      return 0;
    }
    return containerLength <= 0xff ? 1 : containerLength <= 0xffff ? 2 : 4;
  }

  private static int withOffsets(int length, int count) {
    for (int width : new int[] {1, 2}) {
      long whole = length + (long) count * width;
      if (whole <= (width == 1 ? 0xff : 0xffff)) {
        return (int) whole;
      }
    }
    return Math.addExact(length, Math.multiplyExact(count, 4));
  }
}
