package io.deltaport.deflate;

import java.io.IOException;
import java.io.InputStream;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/** Bits of a stream as deflate packs them: the lowest bit of each byte first. Not thread-safe. */
final class BitInput {
  /** Bits that are sure to be there after {@link #fill}, unless the stream ends. */
  static final int FILLED_BITS = 56;

  private static final int BUFFER_BYTES = 128 * 1024;
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private final InputStream in;
  private final byte[] buffer;
  private int at;
  private int end;
  private long read; // bytes taken from the stream
  private long bits;
  private int count; // valid bits, below zero when more were used than there are

  BitInput(InputStream in) {
    this.in = in;
    this.buffer = new byte[BUFFER_BYTES + Long.BYTES];
  }

  /** Reads bits that are in memory. */
  BitInput(byte[] bytes) {
    this.in = InputStream.nullInputStream();
    this.buffer = Arrays.copyOf(bytes, bytes.length + Long.BYTES);
    this.end = bytes.length;
    this.read = bytes.length;
  }

  /** Returns how many bits were used. */
  long position() {
    return (read - (end - at)) * Byte.SIZE - count;
  }

  /** Takes bits in until at least {@value #FILLED_BITS} are there or the stream ends. */
  void fill() throws IOException {
    if (end - at < Long.BYTES) {
      fillSlowly();
      return;
    }
    bits |= (long) LONGS.get(buffer, at) << count;
    int bytes = (Long.SIZE - 1 - count) >>> 3;
    at += bytes;
    count += bytes << 3;
    // Bits above count are those of the bytes that come next: they are or-ed in again, the same.
  }

  private void fillSlowly() throws IOException {
    bits &= count <= 0 ? 0 : (1L << count) - 1;
    while (count < FILLED_BITS) {
      if (at == end && !refill()) {
        return;
      }
      bits |= (buffer[at++] & 0xffL) << count;
      count += Byte.SIZE;
    }
  }

  private boolean refill() throws IOException {
    at = 0;
    end = 0;
    int got = in.read(buffer, 0, buffer.length - Long.BYTES);
    if (got <= 0) {
      return false;
    }
    end = got;
    read += got;
    return true;
  }

  /** Returns the next bits without using them; those behind the stream's end are zeros. */
  long peek() {
    return bits;
  }

  /** Returns how many bits {@link #peek} has of the stream. */
  int available() {
    return count;
  }

  /** Uses bits that were looked at. */
  void drop(int used) {
    bits >>>= used;
    count -= used;
  }

  /** Returns the next bits, at most {@value #FILLED_BITS}. */
  long take(int wanted) throws IOException {
    fill();
    long value = bits & ((1L << wanted) - 1);
    drop(wanted);
    check();
    return value;
  }

  /**
   * Checks that no bit was used that the stream does not have.
   *
   * @throws DeflateFormatException if the stream ended before
   */
  void check() throws DeflateFormatException {
    if (count < 0) {
      throw new DeflateFormatException("the stream is cut short");
    }
  }

  /** Says whether the stream is at its end; only at a byte's boundary. */
  boolean atEnd() throws IOException {
    fill();
    return count <= 0;
  }

  /** Returns how many bits are left of the byte that was begun. */
  int bitsToByte() {
    return count & (Byte.SIZE - 1);
  }

  /** Takes whole bytes, at a byte's boundary. */
  void take(byte[] to, int offset, int length) throws IOException {
    int done = 0;
    while (done < length && count >= Byte.SIZE) {
      to[offset + done++] = (byte) bits;
      drop(Byte.SIZE);
    }
    if (count < Byte.SIZE) {
      bits = 0;
    }
    while (done < length) {
      if (at == end && !refill()) {
        throw new DeflateFormatException("the stream is cut short");
      }
      int some = Math.min(length - done, end - at);
      System.arraycopy(buffer, at, to, offset + done, some);
      at += some;
      done += some;
    }
  }
}
