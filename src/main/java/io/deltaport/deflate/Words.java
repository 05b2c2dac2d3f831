package io.deltaport.deflate;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Little-endian words in arrays of bytes, as matchers read them. */
public final class Words {
  private static final VarHandle INTS =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private Words() {}

  /** The 4 bytes that begin there. */
  public static int four(byte[] data, int position) {
    return (int) INTS.get(data, position);
  }

  /** The 8 bytes that begin there. */
  public static long eight(byte[] data, int position) {
    return (long) LONGS.get(data, position);
  }

  /**
   * Counts how many bytes are the same from two positions on.
   *
   * @param position the later of the two
   * @param end no byte counts from here on
   */
  public static int common(byte[] data, int earlier, int position, int end) {
    int at = position;
    int delta = earlier - position;
    while (at <= end - Long.BYTES) {
      long difference = eight(data, at) ^ eight(data, at + delta);
      if (difference != 0) {
        return at - position + (Long.numberOfTrailingZeros(difference) >> 3);
      }
      at += Long.BYTES;
    }
    while (at < end && data[at] == data[at + delta]) {
      at++;
    }
    return at - position;
  }
}
