package io.deltaport.delta.staticdelta;

import io.deltaport.delta.EditSink;
import io.deltaport.delta.Patch;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

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

  private static final int CHUNK_BYTES = 64 << 10;

  private final OutputStream out;
  private final byte[] chunk = new byte[CHUNK_BYTES];
  private final ByteBuffer control =
      ByteBuffer.allocate(CONTROL_BYTES).order(ByteOrder.LITTLE_ENDIAN);
  private Patch patch;

  // The entry that is collected, and where the source's position is before it.
  private long position;
  private long addFrom;
  private long targetFrom;
  private long addLength;
  private long literalLength;

  BspatchWriter(OutputStream out) {
    this.out = out;
  }

  /** Continues the file. */
  void write(Patch next) throws IOException {
    patch = next;
    targetFrom = 0;
    addFrom = position;
    next.script().forEach(this);
    end(position + addLength);
  }

  @Override
  public void copy(long sourceOffset, long targetOffset, long length) throws IOException {
    add(sourceOffset, targetOffset, length);
  }

  @Override
  public void add(long sourceOffset, long targetOffset, long length) throws IOException {
    long from = patch.sourceBase() + sourceOffset;
    boolean continues = literalLength == 0 && from == addFrom + addLength;
    if (!continues) {
      end(from);
    }
    addLength += length;
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
      out.write(patch.target(), (int) (targetFrom + addLength), (int) literalLength);
    }
    targetFrom += addLength + literalLength;
    position = next;
    addFrom = next;
    addLength = 0;
    literalLength = 0;
  }

  private void writeDifferences() throws IOException {
    byte[] source = patch.sourceBytes();
    byte[] target = patch.target();
    int s = (int) (addFrom - patch.sourceBase());
    int t = (int) targetFrom;
    for (int left = (int) addLength; left > 0; ) {
      int count = Math.min(left, chunk.length);
      for (int i = 0; i < count; i++) {
        chunk[i] = (byte) (target[t + i] - source[s + i]);
      }
      out.write(chunk, 0, count);
      s += count;
      t += count;
      left -= count;
    }
  }

  private static long signAndMagnitude(long value) {
    return value < 0 ? -value | Long.MIN_VALUE : value;
  }
}
