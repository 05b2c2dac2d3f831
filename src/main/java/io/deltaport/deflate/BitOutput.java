package io.deltaport.deflate;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/** Bits in memory as deflate packs them, the lowest of each byte first. Not thread-safe. */
public final class BitOutput {
  /** Largest number of bits that one call takes. */
  public static final int PUT_BITS_MAX = 56;

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private byte[] bytes;
  private int at;
  private long bits;
  private int count; // 0 to 7 after each call

  public BitOutput(int capacity) {
    bytes = new byte[Math.max(capacity, Byte.SIZE) + Long.BYTES];
  }

  /** Forgets everything. */
  public void clear() {
    at = 0;
    bits = 0;
    count = 0;
  }

  /** Appends bits; those of the value above {@code length} must be zeros. */
  public void put(long value, int length) {
    bits |= value << count;
    count += length;
    if (at + Long.BYTES > bytes.length) {
      bytes = Arrays.copyOf(bytes, 2 * bytes.length);
    }
    LONGS.set(bytes, at, bits);
    int whole = count >>> 3;
    at += whole;
    bits = whole == Long.BYTES ? 0 : bits >>> (whole << 3);
    count &= Byte.SIZE - 1;
  }

  /** Appends bytes at a byte's boundary. */
  public void put(byte[] from, int offset, int length) {
    if (count != 0) {
      throw new IllegalStateException("bytes begin at a byte's boundary");
    }
    if (at + length + Long.BYTES > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, at + length + Long.BYTES));
    }
    System.arraycopy(from, offset, bytes, at, length);
    at += length;
  }

  /** Appends the first bits of bytes that were packed the same way. */
  public void putBits(byte[] from, int length) {
    for (int bit = 0; bit < length; bit += Byte.SIZE) {
      int some = Math.min(Byte.SIZE, length - bit);
      put(from[bit >>> 3] & ((1L << some) - 1), some);
    }
  }

  /** Returns how many bits there are. */
  public long length() {
    return (long) at * Byte.SIZE + count;
  }

  /** Returns how many bits are missing to a whole byte, 0 to 7. */
  public int bitsToByte() {
    return -count & (Byte.SIZE - 1);
  }

  /** Returns the array with the bits; the last byte may be a part of one, filled with zeros. */
  public byte[] array() {
    return bytes;
  }

  /** Returns the bits, the last byte filled up with zeros. */
  public byte[] toByteArray() {
    return Arrays.copyOf(bytes, (int) ((length() + Byte.SIZE - 1) >>> 3));
  }

  /** Says whether these are the bits that the other one has. */
  public boolean sameAs(BitOutput other) {
    int whole = (int) ((length() + Byte.SIZE - 1) >>> 3);
    return length() == other.length() && Arrays.equals(bytes, 0, whole, other.bytes, 0, whole);
  }
}
