package io.deltaport.delta.tardiff;

import com.github.luben.zstd.ZstdIOException;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;

/** Reads the stream of operations and knows where it is. Not thread-safe. */
final class OperationReader {
  /** No further operation. */
  static final int END = -1;

  private static final int BUFFER_BYTES = 64 << 10;

  /** A number has 63 bits: lengths and offsets are signed longs here as in every filesystem. */
  private static final int NUMBER_BITS = Long.SIZE - 1;

  private final InputStream in;
  private final byte[] buffer = new byte[BUFFER_BYTES];
  private int next;
  private int end;
  private long consumed;
  private long operationOffset;

  OperationReader(InputStream in) {
    this.in = in;
  }

  /** Returns where the present operation begins. */
  long operationOffset() {
    return operationOffset;
  }

  /** Returns the kind of the next operation, or {@link #END}. */
  int kind() throws IOException {
    operationOffset = consumed;
    if (next == end && !fill()) {
      return END;
    }
    return oneByte();
  }

  /** Returns the number of the present operation: unsigned LEB128, at most 63 bits. */
  long number() throws IOException {
    long result = 0;
    for (int shift = 0; shift < NUMBER_BITS; shift += 7) {
      int read = oneByte();
      result |= (long) (read & 0x7f) << shift;
      if (read < 0x80) {
        return result;
      }
    }
    throw malformed("a number has more than 63 bits");
  }

  void readFully(byte[] bytes, int offset, int count) throws IOException {
    for (int done = 0; done < count; ) {
      int got = read(bytes, offset + done, count - done);
      if (got < 0) {
        throw malformed("the tar-diff ends early");
      }
      done += got;
    }
  }

  /** Reads at least one byte of data; returns -1 at the end of the stream. */
  int read(byte[] bytes, int offset, int count) throws IOException {
    if (next == end && !fill()) {
      return -1;
    }
    int got = Math.min(count, end - next);
    System.arraycopy(buffer, next, bytes, offset, got);
    next += got;
    consumed += got;
    return got;
  }

  TarDiffException malformed(String problem) {
    return new TarDiffException(operationOffset, problem);
  }

  private int oneByte() throws IOException {
    if (next == end && !fill()) {
      throw malformed("the tar-diff ends early");
    }
    consumed++;
    return buffer[next++] & 0xff;
  }

  private boolean fill() throws IOException {
    try {
      next = 0;
      end = Math.max(0, in.read(buffer, 0, buffer.length));
      return end > 0;
    } catch (ZstdIOException | EOFException e) {
      end = 0;
      throw new TarDiffException(operationOffset, "not a whole zstd stream: " + e.getMessage(), e);
    }
  }
}
