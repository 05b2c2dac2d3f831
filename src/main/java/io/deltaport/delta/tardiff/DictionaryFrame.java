package io.deltaport.delta.tardiff;

import com.github.luben.zstd.ZstdDictContentType;
import com.github.luben.zstd.ZstdDictDecompress;
import com.github.luben.zstd.ZstdIOException;
import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import io.deltaport.delta.RandomAccessContent;
import io.deltaport.util.PieceInputStream;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;

/**
 * The data of a version 2 operation: a zstd frame whose dictionary is a whole source file. The file
 * lies in native memory, at most 512 MiB, until this is closed.
 */
final class DictionaryFrame implements AutoCloseable {
  private static final int CHUNK_BYTES = 64 << 10;

  private final OperationReader in;
  private final Data data;
  private final Arena arena = Arena.ofConfined();
  private ZstdDictDecompress dictionary;
  private ZstdInputStreamNoFinalizer frame;

  DictionaryFrame(OperationReader in, long length, RandomAccessContent source) throws IOException {
    this.in = in;
    this.data = new Data(in, length);
    if (source.length() > TarDiffFormat.DICTIONARY_MAX_BYTES) {
      throw in.malformed("a dictionary of " + source.length() + " bytes");
    }
    try {
      frame = new ZstdInputStreamNoFinalizer(data);
      frame.setLongMax(TarDiffFormat.DICTIONARY_WINDOW_LOG_MAX);
      if (source.length() > 0) {
        dictionary = new ZstdDictDecompress(load(source), true, ZstdDictContentType.RAW_CONTENT);
        frame.setDict(dictionary);
      }
    } catch (IOException | RuntimeException | Error e) {
      close();
      throw e;
    }
  }

  private ByteBuffer load(RandomAccessContent source) throws IOException {
    MemorySegment segment = arena.allocate(source.length());
    byte[] chunk = new byte[CHUNK_BYTES];
    for (long at = 0; at < source.length(); ) {
      int count = (int) Math.min(chunk.length, source.length() - at);
      source.readFully(at, chunk, 0, count);
      MemorySegment.copy(MemorySegment.ofArray(chunk), 0, segment, at, count);
      at += count;
    }
    return segment.asByteBuffer();
  }

  /** Reads some of the decompressed bytes; returns -1 at the end of the operation. */
  int read(byte[] bytes) throws IOException {
    try {
      int count = frame.read(bytes, 0, bytes.length);
      if (count < 0 && data.left > 0) {
        throw in.malformed("bytes are left after the frame");
      }
      return count;
    } catch (ZstdIOException e) {
      throw new TarDiffException(
          in.operationOffset(), "not a whole zstd frame: " + e.getMessage(), e);
    }
  }

  @Override
  public void close() throws IOException {
    try {
      if (frame != null) {
        frame.close();
      }
    } finally {
      if (dictionary != null) {
        dictionary.close();
      }
      arena.close();
    }
  }

  /** The operation's data, and not a byte more. */
  private static final class Data extends PieceInputStream {
    private final OperationReader in;
    private long left;

    Data(OperationReader in, long length) {
      this.in = in;
      this.left = length;
    }

    @Override
    public int read(byte[] bytes, int offset, int count) throws IOException {
      if (left == 0) {
        return -1;
      }
      int got = in.read(bytes, offset, (int) Math.min(count, left));
      if (got < 0) {
        throw in.malformed("the tar-diff ends early");
      }
      left -= got;
      return got;
    }
  }
}
