package io.deltaport.delta.tardiff;

import java.io.IOException;
import java.io.OutputStream;

/** Encodes operations into a buffer that empties itself into a stream. Not thread-safe. */
final class OperationEncoder {
  private static final int BUFFER_BYTES = 64 << 10;

  /** Longest LEB128 form of a long. */
  private static final int NUMBER_MAX_BYTES = 10;

  private final OutputStream out;
  private final byte[] buffer = new byte[BUFFER_BYTES];
  private int used;

  OperationEncoder(OutputStream out) {
    this.out = out;
  }

  /** Writes the kind and the number of an operation; its data, if any, follows. */
  void operation(int kind, long number) throws IOException {
    if (used + 1 + NUMBER_MAX_BYTES > BUFFER_BYTES) {
      flush();
    }
    buffer[used++] = (byte) kind;
    long left = number;
    while (left > 0x7f) {
      buffer[used++] = (byte) (left | 0x80);
      left >>>= 7;
    }
    buffer[used++] = (byte) left;
  }

  void data(byte[] bytes, int offset, int length) throws IOException {
    if (length > BUFFER_BYTES - used) {
      flush();
    }
    if (length > BUFFER_BYTES) {
      out.write(bytes, offset, length);
      return;
    }
    System.arraycopy(bytes, offset, buffer, used, length);
    used += length;
  }

  void flush() throws IOException {
    out.write(buffer, 0, used);
    used = 0;
  }
}
