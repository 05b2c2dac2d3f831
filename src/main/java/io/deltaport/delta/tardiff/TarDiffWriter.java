package io.deltaport.delta.tardiff;

import com.github.luben.zstd.ZstdOutputStreamNoFinalizer;
import io.deltaport.delta.DeltaOptions;
import io.deltaport.delta.DeltaWriter;
import io.deltaport.delta.PairContents;
import io.deltaport.delta.Patch;
import io.deltaport.delta.SourceFile;
import io.deltaport.util.Unclosed;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Optional;

/**
 * Writes a tar-diff. Not thread-safe but for {@link #prepare}; the compressor has threads of its
 * own.
 *
 * <p>Memory: that of zstd at the given level and window, and a copy of it for each further thread.
 */
public final class TarDiffWriter implements DeltaWriter, AutoCloseable {
  /**
   * What each thread of the compressor works on. Smaller pieces share the work better between
   * threads, larger ones repeat less of the look-up tables' building.
   */
  private static final int JOB_BYTES = 16 << 20;

  private final ZstdOutputStreamNoFinalizer compressor;
  private final OperationWriter operations;
  private final DictionaryChoice dictionaries;

  /**
   * Begins a tar-diff by writing its magic.
   *
   * @param out stays open when this writer is closed
   */
  public TarDiffWriter(OutputStream out, DeltaOptions options) throws IOException {
    out.write(TarDiffFormat.magic(options.tarDiffVersion()));
    compressor = new ZstdOutputStreamNoFinalizer(Unclosed.of(out));
    compressor.setLevel(options.compressionLevel());
    compressor.setWindowLog(options.windowLog());
    compressor.setChecksum(true);
    if (options.threads() > 1) {
      compressor.setWorkers(options.threads());
      compressor.setJobSize(JOB_BYTES);
    }
    operations = new OperationWriter(compressor);
    dictionaries =
        options.tarDiffVersion() == 1
            ? DictionaryChoice.NEVER
            : DictionaryChoice.atLevel(options.compressionLevel());
  }

  @Override
  public void literal(byte[] bytes, int offset, int length) throws IOException {
    operations.literal(bytes, offset, length);
  }

  @Override
  public void copy(SourceFile source, long offset, long length) throws IOException {
    operations.copy(source, offset, length);
  }

  @Override
  public void patch(Patch patch) throws IOException {
    operations.patch(patch);
  }

  @Override
  public Prepared prepare(Patch patch, PairContents contents) throws IOException {
    Optional<byte[]> frame = dictionaries.frame(patch, contents);
    return frame.isEmpty()
        ? () -> operations.patch(patch)
        : () -> operations.dictionary(patch.source(), frame.get());
  }

  /** Writes what is still to be written; the tar-diff is whole when this returns. */
  public void finish() throws IOException {
    operations.flush();
    compressor.close();
  }

  /** Frees the compressor. Without {@link #finish} what was written is no tar-diff. */
  @Override
  public void close() throws IOException {
    compressor.close();
  }
}
