package io.deltaport.delta.tardiff;

import io.deltaport.delta.DeltaWriter;
import io.deltaport.delta.EditSink;
import io.deltaport.delta.Patch;
import io.deltaport.delta.SourceFile;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/** Writes the operations of a tar-diff, not compressed. Not thread-safe. */
final class OperationWriter implements DeltaWriter {
  /** Longest single addition; appliers hold one in memory twice, so it is far below their limit. */
  static final int ADD_MAX_BYTES = 1 << 20;

  /** Literals that follow each other become one operation up to here. */
  static final int LITERAL_MAX_BYTES = 64 << 10;

  private final OperationEncoder encoder;
  private final byte[] literal = new byte[LITERAL_MAX_BYTES];
  private int literalLength;
  private String openPath = "";
  private long position;

  OperationWriter(OutputStream out) {
    this.encoder = new OperationEncoder(out);
  }

  @Override
  public void literal(byte[] bytes, int offset, int length) throws IOException {
    for (int done = 0; done < length; ) {
      if (literalLength == LITERAL_MAX_BYTES) {
        flushLiteral();
      }
      int count = Math.min(length - done, LITERAL_MAX_BYTES - literalLength);
      System.arraycopy(bytes, offset + done, literal, literalLength, count);
      literalLength += count;
      done += count;
    }
  }

  @Override
  public void copy(SourceFile source, long offset, long length) throws IOException {
    if (length == 0) {
      return;
    }
    seek(source, offset);
    encoder.operation(TarDiffFormat.COPY, length);
    position += length;
  }

  @Override
  public void patch(Patch patch) throws IOException {
    patch.script().forEach(new PatchSink(patch));
  }

  /** Continues with what a zstd frame makes that has the whole source as dictionary. */
  void dictionary(SourceFile source, byte[] frame) throws IOException {
    seek(source, 0); // some appliers take the source from its position on
    encoder.operation(TarDiffFormat.ZSTD_DICTIONARY, frame.length);
    encoder.data(frame, 0, frame.length);
    position = source.length();
  }

  private void seek(SourceFile source, long offset) throws IOException {
    flushLiteral();
    if (!source.path().equals(openPath)) {
      byte[] path = source.path().getBytes(StandardCharsets.UTF_8);
      if (path.length > TarDiffFormat.PATH_MAX_BYTES) {
        throw new IllegalArgumentException("no applier opens a path of " + path.length + " bytes");
      }
      encoder.operation(TarDiffFormat.OPEN, path.length);
      encoder.data(path, 0, path.length);
      openPath = source.path();
      position = 0;
    }
    if (position != offset) {
      encoder.operation(TarDiffFormat.SEEK, offset);
      position = offset;
    }
  }

  private void flushLiteral() throws IOException {
    if (literalLength > 0) {
      encoder.operation(TarDiffFormat.DATA, literalLength);
      encoder.data(literal, 0, literalLength);
      literalLength = 0;
    }
  }

  /** Hands everything to the stream. */
  void flush() throws IOException {
    flushLiteral();
    encoder.flush();
  }

  private final class PatchSink implements EditSink {
    private final Patch patch;
    private int dataAt;

    PatchSink(Patch patch) {
      this.patch = patch;
    }

    @Override
    public void copy(long sourceOffset, long targetOffset, long length) throws IOException {
      OperationWriter.this.copy(patch.source(), patch.sourceBase() + sourceOffset, length);
    }

    @Override
    public void add(long sourceOffset, long targetOffset, long length) throws IOException {
      for (long done = 0; done < length; ) {
        int count = (int) Math.min(length - done, ADD_MAX_BYTES);
        seek(patch.source(), patch.sourceBase() + sourceOffset + done);
        encoder.operation(TarDiffFormat.ADD, count);
        encoder.data(patch.data(), dataAt, count);
        dataAt += count;
        position += count;
        done += count;
      }
    }

    @Override
    public void literal(long targetOffset, long length) throws IOException {
      OperationWriter.this.literal(patch.data(), dataAt, (int) length);
      dataAt += (int) length;
    }
  }
}
