package io.deltaport.ostree;

import io.deltaport.ostree.GVariant.Slice;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A metadata value with its type: bytes are kept as they are, whatever the type. Immutable; the
 * array is shared. Numbers are little-endian here, as GLib writes them on the machines that matter.
 *
 * @param type GVariant type string, for example {@code s} or {@code ay}
 * @param data serialized value; where a type's alignment matters, as at offset 0
 */
public record Variant(String type, byte[] data) {
  private static final String TEXT = "s";
  private static final String BYTES = "ay";
  private static final String UINT64 = "t";
  private static final String BOOLEAN = "b";
  private static final String TEXTS = "as";

  /** A text. */
  public static Variant string(String text) {
    return new Variant(TEXT, GVariant.string(text));
  }

  /** Bytes. */
  public static Variant bytes(byte[] value) {
    return new Variant(BYTES, value);
  }

  /** A truth value. */
  public static Variant bool(boolean value) {
    return new Variant(BOOLEAN, new byte[] {(byte) (value ? 1 : 0)});
  }

  /** An unsigned number of 64 bits. */
  public static Variant uint64(long value) {
    byte[] data = new byte[Long.BYTES];
    ByteBuffer.wrap(data).order(ByteOrder.LITTLE_ENDIAN).putLong(value);
    return new Variant(UINT64, data);
  }

  /** Several texts. */
  public static Variant strings(List<String> texts) {
    return new Variant(TEXTS, GVariant.array(1, texts.stream().map(GVariant::string).toList()));
  }

  /**
   * Returns the text.
   *
   * @throws OstreeFormatException if this is no text, or not UTF-8
   */
  public String asString() throws OstreeFormatException {
    return text(Slice.of(of(TEXT)));
  }

  /**
   * Returns the bytes.
   *
   * @throws OstreeFormatException if this is of another type
   */
  public byte[] asBytes() throws OstreeFormatException {
    return of(BYTES);
  }

  /**
   * Returns the truth value.
   *
   * @throws OstreeFormatException if this is none
   */
  public boolean asBool() throws OstreeFormatException {
    byte[] value = of(BOOLEAN);
    if (value.length != 1 || (value[0] & ~1) != 0) {
      throw new OstreeFormatException("a truth value is neither 0 nor 1");
    }
    return value[0] == 1;
  }

  /**
   * Returns the number, whose sign bit counts as 2^63.
   *
   * @throws OstreeFormatException if this is of another type
   */
  public long asUint64() throws OstreeFormatException {
    byte[] value = of(UINT64);
    if (value.length != Long.BYTES) {
      throw new OstreeFormatException("a number of 64 bits has " + value.length + " bytes");
    }
    return ByteBuffer.wrap(value).order(ByteOrder.LITTLE_ENDIAN).getLong();
  }

  /**
   * Returns the texts.
   *
   * @throws OstreeFormatException if this is of another type, or malformed
   */
  public List<String> asStrings() throws OstreeFormatException {
    List<String> texts = new ArrayList<>();
    for (Slice element : GVariant.unarray(Slice.of(of(TEXTS)), 1)) {
      texts.add(text(element));
    }
    if (!Arrays.equals(strings(texts).data, data)) {
      throw new OstreeFormatException("a list of texts is not in normal form");
    }
    return List.copyOf(texts);
  }

  private byte[] of(String expected) throws OstreeFormatException {
    if (!type.equals(expected)) {
      throw new OstreeFormatException("a value of the type " + type + ", not " + expected);
    }
    return data;
  }

  /** Decodes UTF-8 and refuses anything else, which GVariant's normal form forbids. */
  public static String text(Slice slice) throws OstreeFormatException {
    byte[] bytes = slice.string();
    String text = new String(bytes, StandardCharsets.UTF_8);
    if (!Arrays.equals(text.getBytes(StandardCharsets.UTF_8), bytes)) {
      throw new OstreeFormatException("a text is not UTF-8");
    }
    return text;
  }

  /** Returns the value followed by a zero byte and its type, as a variant holds it. */
  public byte[] encode() {
    byte[] typeBytes = type.getBytes(StandardCharsets.US_ASCII);
    byte[] result = new byte[data.length + 1 + typeBytes.length];
    System.arraycopy(data, 0, result, 0, data.length);
    System.arraycopy(typeBytes, 0, result, data.length + 1, typeBytes.length);
    return result;
  }

  /**
   * Reads what {@link #encode} writes.
   *
   * @throws OstreeFormatException if it has no proper type
   */
  public static Variant decode(Slice slice) throws OstreeFormatException {
    for (int i = slice.to() - 1; i >= slice.from(); i--) {
      if (slice.bytes()[i] == 0) {
        String type =
            new String(slice.bytes(), i + 1, slice.to() - i - 1, StandardCharsets.US_ASCII);
        if (!VariantType.isSingle(type)) {
          throw new OstreeFormatException("a variant has no proper type");
        }
        return new Variant(type, new Slice(slice.bytes(), slice.from(), i).copy());
      }
    }
    throw new OstreeFormatException("a variant has no type");
  }
}
