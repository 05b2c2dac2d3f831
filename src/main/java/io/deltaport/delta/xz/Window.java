package io.deltaport.delta.xz;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * The bytes that a match may reach back to, and those that are still to be written. Positions count
 * from its beginning, which moves on when it is full. Not thread-safe.
 */
final class Window {
  /** How far the window moves at once: a multiple of what the model knows of positions. */
  static final int STEP_BYTES = 8 << 20;

  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private static final int NOISE_PERCENT = 105;

  private final int[] frequencies = new int[1 << Byte.SIZE];
  private final int dictionaryBytes;
  private final byte[] bytes;
  private int end;

  Window(int dictionaryBytes) {
    this.dictionaryBytes = dictionaryBytes;
    this.bytes = new byte[dictionaryBytes + STEP_BYTES + 2 * Lzma2Encoder.AHEAD_BYTES];
  }

  byte[] bytes() {
    return bytes;
  }

  int end() {
    return end;
  }

  int dictionaryBytes() {
    return dictionaryBytes;
  }

  /** Takes as much as there is room for and returns how much that was. */
  int append(byte[] from, int offset, int length) {
    int count = Math.min(length, bytes.length - end);
    System.arraycopy(from, offset, bytes, end, count);
    end += count;
    return count;
  }

  boolean isFull() {
    return end == bytes.length;
  }

  /** Forgets the oldest bytes: every position is less by {@link #STEP_BYTES} from now on. */
  void move() {
    System.arraycopy(bytes, STEP_BYTES, bytes, 0, end - STEP_BYTES);
    end -= STEP_BYTES;
  }

  /** Returns the byte at a distance, which is one less than the bytes to go back; 0 before all. */
  int back(int position, int distance) {
    int at = position - distance - 1;
    return at >= 0 ? bytes[at] & 0xff : 0;
  }

  /** Returns how many bytes at {@code a} and {@code b} are equal, at most {@code max}. */
  int equal(int a, int b, int max) {
    int count = 0;
    while (count + Long.BYTES <= max) {
      long difference = (long) LONG.get(bytes, a + count) ^ (long) LONG.get(bytes, b + count);
      if (difference != 0) {
        return count + (Long.numberOfTrailingZeros(difference) >>> 3);
      }
      count += Long.BYTES;
    }
    while (count < max && bytes[a + count] == bytes[b + count]) {
      count++;
    }
    return count;
  }

  /** Returns how many zeros there are from a position on, at most {@code max}. */
  int zeros(int position, int max) {
    int limit = Math.min(max, end - position);
    int count = 0;
    while (count + Long.BYTES <= limit) {
      long value = (long) LONG.get(bytes, position + count);
      if (value != 0) {
        return count + (Long.numberOfTrailingZeros(value) >>> 3);
      }
      count += Long.BYTES;
    }
    while (count < limit && bytes[position + count] == 0) {
      count++;
    }
    return count;
  }

  /**
   * Returns whether each value is about as frequent as any other, as in what is compressed already.
   * The sum of the squares of frequencies is the least then.
   */
  boolean isNoise(int position, int length) {
    Arrays.fill(frequencies, 0);
    for (int i = position; i < position + length; i++) {
      frequencies[bytes[i] & 0xff]++;
    }
    long squares = 0;
    for (int frequency : frequencies) {
      squares += (long) frequency * frequency;
    }
    return squares < (long) length * length / frequencies.length * NOISE_PERCENT / 100;
  }
}
