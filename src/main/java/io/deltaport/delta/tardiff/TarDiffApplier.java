package io.deltaport.delta.tardiff;

import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import io.deltaport.delta.RandomAccessContent;
import io.deltaport.util.Unclosed;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Arrays;

/**
 * Applies tar-diffs of version 1 and 2, which may come from anywhere: every number is checked.
 *
 * <p>Memory does not depend on the sizes of files and operations, but for operations of version 2,
 * which need their whole source file (at most 512 MiB) in native memory. Whether the result is the
 * right one is for the caller to check by its digest.
 */
public final class TarDiffApplier implements AutoCloseable {
  private static final int CHUNK_BYTES = 64 << 10;

  private final SourceOpener sources;
  private final OutputStream out;
  private final long outputMaxBytes;
  private final byte[] chunk = new byte[CHUNK_BYTES];
  private final byte[] sourceChunk = new byte[CHUNK_BYTES];
  private RandomAccessContent source;
  private long position;
  private long written;

  private TarDiffApplier(SourceOpener sources, OutputStream out, long outputMaxBytes) {
    this.sources = sources;
    this.out = out;
    this.outputMaxBytes = outputMaxBytes;
  }

  /**
   * Writes what the tar-diff makes of the source files.
   *
   * @param delta read to its end, not closed
   * @param out receives the target; not closed
   * @param outputMaxBytes the tar-diff is refused when it makes more than that
   * @return bytes written
   * @throws TarDiffException if the tar-diff is malformed, reads beyond the end of a source, or
   *     exceeds a limit
   * @throws IOException if a stream or a source file cannot be read or written
   */
  public static long apply(
      InputStream delta, SourceOpener sources, OutputStream out, long outputMaxBytes)
      throws IOException {
    int version = readMagic(delta);
    try (TarDiffApplier applier = new TarDiffApplier(sources, out, outputMaxBytes);
        ZstdInputStreamNoFinalizer operations =
            new ZstdInputStreamNoFinalizer(Unclosed.of(delta))) {
      operations.setLongMax(TarDiffFormat.WINDOW_LOG_MAX);
      applier.run(new OperationReader(operations), version);
      return applier.written;
    }
  }

  static int readMagic(InputStream delta) throws IOException {
    byte[] magic = delta.readNBytes(TarDiffFormat.MAGIC_BYTES);
    for (int version = 1; version <= 2; version++) {
      if (Arrays.equals(magic, TarDiffFormat.magic(version))) {
        return version;
      }
    }
    throw new TarDiffException(0, "not a tar-diff of version 1 or 2");
  }

  private void run(OperationReader in, int version) throws IOException {
    for (int kind = in.kind(); kind != OperationReader.END; kind = in.kind()) {
      long number = in.number();
      switch (kind) {
        case TarDiffFormat.DATA -> data(in, number);
        case TarDiffFormat.OPEN -> open(in, number);
        case TarDiffFormat.COPY -> copy(in, number);
        case TarDiffFormat.ADD -> add(in, number);
        case TarDiffFormat.SEEK -> seek(in, number);
        case TarDiffFormat.ZSTD_DICTIONARY -> dictionary(in, number, version);
        default -> throw in.malformed("unknown operation " + kind);
      }
    }
  }

  private void data(OperationReader in, long length) throws IOException {
    checkOutput(in, length);
    for (long left = length; left > 0; ) {
      int count = (int) Math.min(left, CHUNK_BYTES);
      in.readFully(chunk, 0, count);
      write(chunk, count);
      left -= count;
    }
  }

  private void open(OperationReader in, long length) throws IOException {
    if (length > TarDiffFormat.PATH_MAX_BYTES) {
      throw in.malformed("a path of " + length + " bytes");
    }
    byte[] path = new byte[(int) length];
    in.readFully(path, 0, path.length);
    String name = SourcePath.check(path, in);
    close();
    source = sources.open(name);
    position = 0;
  }

  private void seek(OperationReader in, long to) throws IOException {
    if (to > opened(in).length()) {
      throw in.malformed("seeks to " + to + " in a source of " + source.length() + " bytes");
    }
    position = to;
  }

  private void copy(OperationReader in, long length) throws IOException {
    checkSource(in, length);
    checkOutput(in, length);
    for (long left = length; left > 0; ) {
      int count = (int) Math.min(left, CHUNK_BYTES);
      readSource(chunk, count);
      write(chunk, count);
      left -= count;
    }
  }

  private void add(OperationReader in, long length) throws IOException {
    if (length > TarDiffFormat.ADD_MAX_BYTES) {
      throw in.malformed("an addition of " + length + " bytes");
    }
    checkSource(in, length);
    checkOutput(in, length);
    for (long left = length; left > 0; ) {
      int count = (int) Math.min(left, CHUNK_BYTES);
      in.readFully(chunk, 0, count);
      readSource(sourceChunk, count);
      for (int i = 0; i < count; i++) {
        chunk[i] += sourceChunk[i];
      }
      write(chunk, count);
      left -= count;
    }
  }

  private void dictionary(OperationReader in, long length, int version) throws IOException {
    if (version < 2) {
      throw in.malformed("operation 5 in a tar-diff of version 1");
    }
    try (DictionaryFrame frame = new DictionaryFrame(in, length, opened(in))) {
      for (int count = frame.read(chunk); count >= 0; count = frame.read(chunk)) {
        checkOutput(in, count);
        write(chunk, count);
      }
    }
    position = source.length();
  }

  private RandomAccessContent opened(OperationReader in) throws TarDiffException {
    if (source == null) {
      throw in.malformed("no source is open");
    }
    return source;
  }

  private void checkSource(OperationReader in, long length) throws TarDiffException {
    long left = opened(in).length() - position;
    if (length > left) {
      throw in.malformed("reads " + length + " bytes of a source that has " + left + " left");
    }
  }

  private void checkOutput(OperationReader in, long length) throws TarDiffException {
    if (length > outputMaxBytes - written) {
      throw in.malformed("makes more than " + outputMaxBytes + " bytes");
    }
  }

  private void readSource(byte[] bytes, int count) throws IOException {
    source.readFully(position, bytes, 0, count);
    position += count;
  }

  private void write(byte[] bytes, int count) throws IOException {
    out.write(bytes, 0, count);
    written += count;
  }

  /** Closes the source file that is open. */
  @Override
  public void close() throws IOException {
    if (source != null) {
      source.close();
      source = null;
    }
  }
}
