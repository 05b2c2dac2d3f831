package io.deltaport.ostree;

import java.nio.charset.StandardCharsets;

/**
 * A metadata value with its type: bytes are kept as they are, whatever the type.
 *
 * @param type GVariant type string, for example {@code s} or {@code ay}
 * @param data serialized value; where a type's alignment matters, as at offset 0
 */
public record Variant(String type, byte[] data) {
  /** A text. */
  public static Variant string(String text) {
    return new Variant("s", GVariant.string(text));
  }

  /** Bytes. */
  public static Variant bytes(byte[] value) {
    return new Variant("ay", value);
  }

  /** A truth value. */
  public static Variant bool(boolean value) {
    return new Variant("b", new byte[] {(byte) (value ? 1 : 0)});
  }

  byte[] encode() {
    byte[] typeBytes = type.getBytes(StandardCharsets.US_ASCII);
    byte[] result = new byte[data.length + 1 + typeBytes.length];
    System.arraycopy(data, 0, result, 0, data.length);
    System.arraycopy(typeBytes, 0, result, data.length + 1, typeBytes.length);
    return result;
  }

  static Variant decode(GVariant.Slice slice) throws OstreeFormatException {
    for (int i = slice.to() - 1; i >= slice.from(); i--) {
      if (slice.bytes()[i] == 0) {
        String type =
            new String(slice.bytes(), i + 1, slice.to() - i - 1, StandardCharsets.US_ASCII);
        return new Variant(type, new GVariant.Slice(slice.bytes(), slice.from(), i).copy());
      }
    }
    throw new OstreeFormatException("a variant has no type");
  }
}
