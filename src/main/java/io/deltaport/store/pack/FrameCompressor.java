package io.deltaport.store.pack;

import com.github.luben.zstd.EndDirective;
import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import com.github.luben.zstd.ZstdDictContentType;
import com.github.luben.zstd.ZstdException;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Makes one zstd frame after the other with one native context, which {@link #close} frees. Not
 * thread-safe.
 *
 * <p>Frames carry their content size and no checksum of their own: the object's name verifies them.
 */
final class FrameCompressor implements AutoCloseable {
  /** Level 3 is zstd's default: about as fast as the hashing beside it, a third of gzip's time. */
  static final int LEVEL = 3;

  private static final int WINDOW_LOG_MIN = 10;

  private static final int BUFFER_BYTES = 128 * 1024;

  private final int level;
  private final ZstdCompressCtx context = new ZstdCompressCtx();
  private final ByteBuffer source = ByteBuffer.allocateDirect(BUFFER_BYTES);
  private final ByteBuffer frame = ByteBuffer.allocateDirect(BUFFER_BYTES);
  private final byte[] copied = new byte[BUFFER_BYTES];
  private byte[] whole = new byte[BUFFER_BYTES];

  /**
   * Makes one.
   *
   * @param level zstd's, from 1 to 19
   */
  FrameCompressor(int level) {
    this.level = level;
  }

  /**
   * Returns one frame that holds all of {@code bytes}, for which {@code base} is the dictionary.
   * Takes some ten times the memory of both.
   */
  byte[] compressAgainst(byte[] base, byte[] bytes) throws IOException {
    // A context of its own: the tables for a dictionary are larger than any other frame needs.
    try (ZstdCompressCtx against = new ZstdCompressCtx()) {
      against.setLevel(level).setChecksum(false).setContentSize(true).setDictID(false);
      against.setWindowLog(windowLog((long) base.length + bytes.length));
      against.loadDict(base, ZstdDictContentType.RAW_CONTENT);
      return against.compress(bytes);
    } catch (ZstdException e) {
      throw new IOException("zstd cannot compress", e);
    }
  }

  /** The whole base must stay in reach to the end of the object. */
  private static int windowLog(long bytes) {
    return Math.clamp(
        Long.SIZE - Long.numberOfLeadingZeros(bytes - 1),
        WINDOW_LOG_MIN,
        PackFormat.WINDOW_LOG_MAX);
  }

  /** Writes one frame that holds {@code count} bytes at hand. */
  void compress(byte[] bytes, int offset, int count, PackOutput out) throws IOException {
    int bound = Math.toIntExact(Zstd.compressBound(count));
    if (whole.length < bound) {
      whole = new byte[bound];
    }
    try {
      reset();
      int length = context.compressByteArray(whole, 0, whole.length, bytes, offset, count);
      out.write(whole, 0, length);
    } catch (ZstdException e) {
      throw new IOException("zstd cannot compress", e);
    }
  }

  /** Starts a frame that will hold exactly {@code length} bytes. */
  void begin(long length) {
    reset();
    context.setPledgedSrcSize(length);
    source.clear();
  }

  /** Adds to the frame that was begun. */
  void append(byte[] bytes, int offset, int count, PackOutput out) throws IOException {
    for (int done = 0; done < count; ) {
      int step = Math.min(count - done, source.remaining());
      source.put(bytes, offset + done, step);
      done += step;
      if (!source.hasRemaining()) {
        drain(EndDirective.CONTINUE, out);
      }
    }
  }

  /** Ends the frame that was begun. */
  void end(PackOutput out) throws IOException {
    drain(EndDirective.END, out);
  }

  private void drain(EndDirective directive, PackOutput out) throws IOException {
    source.flip();
    try {
      boolean more = true;
      while (more) {
        frame.clear();
        boolean flushed = context.compressDirectByteBufferStream(frame, source, directive);
        more = source.hasRemaining() || (directive == EndDirective.END && !flushed);
        frame.flip();
        int length = frame.remaining();
        frame.get(copied, 0, length);
        out.write(copied, 0, length);
      }
    } catch (ZstdException e) {
      throw new IOException("zstd cannot compress", e);
    }
    source.clear();
  }

  private void reset() {
    context.reset();
    context.setLevel(level).setChecksum(false).setContentSize(true);
  }

  @Override
  public void close() {
    context.close();
  }
}
