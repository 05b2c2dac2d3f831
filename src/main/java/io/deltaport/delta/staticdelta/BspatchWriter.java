package io.deltaport.delta.staticdelta;

import io.deltaport.delta.EditSink;
import io.deltaport.delta.Patch;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Writes edits as the patch that libostree's {@code bspatch} takes: entries of three numbers, bytes
 * to add to the source, bytes that follow as they are. Not thread-safe; constant memory.
 *
 * <p>Numbers are 64 bits, little-endian, the sign in the highest bit: length of the additions,
 * length of the literal, and how far the source's position moves after both.
 */
final class BspatchWriter implements EditSink {
  /** Bytes of an entry's numbers. */
  static final int CONTROL_BYTES = 24;

  private static final byte[] ZEROS = new byte[64 << 10];
  private static final int RUNS_INITIALLY = 64;

  private final OutputStream out;
  private final ByteBuffer control =
      ByteBuffer.allocate(CONTROL_BYTES).order(ByteOrder.LITTLE_ENDIAN);
  private Patch patch;
  private int dataAt;

  // The entry that is collected, and where the source's position is before it. Of its additions,
  // lengths of those that copy are negative.
  private long position;
  private long addFrom;
  private int[] run = new int[RUNS_INITIALLY];
  private int runs;
  private long addLength;
  private long literalLength;

  BspatchWriter(OutputStream out) {
    this.out = out;
  }

  /** Continues the file. */
  void write(Patch next) throws IOException {
    patch = next;
    dataAt = 0;
    addFrom = position;
    next.script().forEach(this);
    end(position + addLength);
  }

  @Override
  public void copy(long sourceOffset, long targetOffset, long length) throws IOException {
    align(sourceOffset, length, -1);
  }

  @Override
  public void add(long sourceOffset, long targetOffset, long length) throws IOException {
    align(sourceOffset, length, 1);
  }

  private void align(long sourceOffset, long length, int sign) throws IOException {
    long from = patch.sourceBase() + sourceOffset;
    boolean continues = literalLength == 0 && from == addFrom + addLength;
    if (!continues) {
      end(from);
    }
    addLength += length;
    if (runs == run.length) {
      run = Arrays.copyOf(run, runs * 2);
    }
    run[runs++] = sign * (int) length;
  }

  @Override
  public void literal(long targetOffset, long length) {
    literalLength += length;
  }

  /** Writes the entry, after which the source is at another position. */
  private void end(long next) throws IOException {
    long seek = next - (position + addLength);
    if (addLength > 0 || literalLength > 0 || seek != 0) {
      control.clear();
      control.putLong(addLength).putLong(literalLength).putLong(signAndMagnitude(seek));
      out.write(control.array());
      writeDifferences();
      out.write(patch.data(), dataAt, (int) literalLength);
      dataAt += (int) literalLength;
    }
    position = next;
    addFrom = next;
    addLength = 0;
    literalLength = 0;
  }

  private void writeDifferences() throws IOException {
    for (int i = 0; i < runs; i++) {
      int length = Math.abs(run[i]);
      if (run[i] > 0) {
        out.write(patch.data(), dataAt, length);
        dataAt += length;
      } else {
        writeZeros(length);
      }
    }
    runs = 0;
  }

  private void writeZeros(int length) throws IOException {
    for (int left = length; left > 0; ) {
      int count = Math.min(left, ZEROS.length);
      out.write(ZEROS, 0, count);
      left -= count;
    }
  }

  private static long signAndMagnitude(long value) {
    return value < 0 ? -value | Long.MIN_VALUE : value;
  }
}
