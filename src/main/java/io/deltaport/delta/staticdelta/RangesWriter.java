package io.deltaport.delta.staticdelta;

import io.deltaport.delta.EditSink;
import io.deltaport.delta.FileComparison.Compared;
import io.deltaport.delta.Patch;
import io.deltaport.ostree.staticdelta.OperationWriter;
import java.io.IOException;

/**
 * Writes edits as ranges of the source and of the payload. An addition is written as the bytes that
 * it results in. Not thread-safe; constant memory.
 */
final class RangesWriter implements EditSink {
  private final SpillBuffer payload;
  private final OperationWriter operations;
  private final long sourceChecksumAt;
  private Patch patch;
  private byte[] target;
  private boolean readsSource;
  private long literalLength;

  /**
   * Begins; the file must be open, and no source set.
   *
   * @param sourceChecksumAt where the payload has the source's checksum
   */
  RangesWriter(SpillBuffer payload, OperationWriter operations, long sourceChecksumAt) {
    this.payload = payload;
    this.operations = operations;
    this.sourceChecksumAt = sourceChecksumAt;
  }

  /** Continues the file. */
  void write(Compared next) throws IOException {
    patch = next.patch();
    target = next.target();
    patch.script().forEach(this);
  }

  @Override
  public void copy(long sourceOffset, long targetOffset, long length) {
    endLiteral();
    if (!readsSource) {
      operations.setReadSource(sourceChecksumAt);
      readsSource = true;
    }
    operations.write(length, patch.sourceBase() + sourceOffset);
  }

  @Override
  public void add(long sourceOffset, long targetOffset, long length) throws IOException {
    literal(targetOffset, length);
  }

  @Override
  public void literal(long targetOffset, long length) throws IOException {
    payload.write(target, (int) targetOffset, (int) length);
    literalLength += length;
  }

  /** Writes what is still to be written. */
  void finish() {
    endLiteral();
  }

  private void endLiteral() {
    if (literalLength > 0) {
      if (readsSource) {
        operations.unsetReadSource();
        readsSource = false;
      }
      operations.write(literalLength, payload.length() - literalLength);
      literalLength = 0;
    }
  }
}
