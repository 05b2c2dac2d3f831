package io.deltaport.delta.tardiff;

import com.github.luben.zstd.ZstdOutputStreamNoFinalizer;
import io.deltaport.delta.DeltaOptions;
import io.deltaport.delta.DeltaWriter;
import io.deltaport.delta.EditSink;
import io.deltaport.delta.Patch;
import io.deltaport.delta.SourceFile;
import io.deltaport.util.Unclosed;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/**
 * Writes a tar-diff of version 1. Not thread-safe; the compressor has threads of its own.
 *
 * <p>Memory: that of zstd at the given level and window, and a copy of it for each further thread.
 */
public final class TarDiffWriter implements DeltaWriter, AutoCloseable {
  /** Longest single addition; appliers hold one in memory twice, so it is far below their limit. */
  static final int ADD_MAX_BYTES = 1 << 20;

  /** Literals that follow each other become one operation up to here. */
  static final int LITERAL_MAX_BYTES = 64 << 10;

  /**
   * What each thread of the compressor works on. Smaller pieces share the work better between
   * threads, larger ones repeat less of the look-up tables' building.
   */
  private static final int JOB_BYTES = 16 << 20;

  private final ZstdOutputStreamNoFinalizer compressor;
  private final OperationEncoder encoder;
  private final byte[] literal = new byte[LITERAL_MAX_BYTES];
  private int literalLength;
  private String openPath = "";
  private long position;

  /**
   * Begins a tar-diff by writing its magic.
   *
   * @param out stays open when this writer is closed
   */
  public TarDiffWriter(OutputStream out, DeltaOptions options) throws IOException {
    out.write(TarDiffFormat.magic(1));
    compressor = new ZstdOutputStreamNoFinalizer(Unclosed.of(out));
    compressor.setLevel(options.compressionLevel());
    compressor.setWindowLog(options.windowLog());
    compressor.setChecksum(true);
    if (options.threads() > 1) {
      compressor.setWorkers(options.threads());
      compressor.setJobSize(JOB_BYTES);
    }
    encoder = new OperationEncoder(compressor);
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

  /** Writes what is still to be written; the tar-diff is whole when this returns. */
  public void finish() throws IOException {
    flushLiteral();
    encoder.flush();
    compressor.close();
  }

  /** Frees the compressor. Without {@link #finish} what was written is no tar-diff. */
  @Override
  public void close() throws IOException {
    compressor.close();
  }

  private final class PatchSink implements EditSink {
    private final Patch patch;
    private int dataAt;

    PatchSink(Patch patch) {
      this.patch = patch;
    }

    @Override
    public void copy(long sourceOffset, long targetOffset, long length) throws IOException {
      TarDiffWriter.this.copy(patch.source(), patch.sourceBase() + sourceOffset, length);
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
      TarDiffWriter.this.literal(patch.data(), dataAt, (int) length);
      dataAt += (int) length;
    }
  }
}
