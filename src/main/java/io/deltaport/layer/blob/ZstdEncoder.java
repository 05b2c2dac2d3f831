package io.deltaport.layer.blob;

import com.github.luben.zstd.EndDirective;
import com.github.luben.zstd.ZstdCompressCtx;
import com.github.luben.zstd.ZstdException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;

/** One zstd frame by the zstd library. Not thread-safe. */
final class ZstdEncoder implements Encoder {
  private static final int BUFFER_BYTES = 128 * 1024;

  private final ZstdCompressCtx context = new ZstdCompressCtx();
  private final ByteBuffer source = ByteBuffer.allocateDirect(BUFFER_BYTES);
  private final ByteBuffer target = ByteBuffer.allocateDirect(BUFFER_BYTES);
  private final byte[] made = new byte[BUFFER_BYTES];

  /**
   * Begins a frame.
   *
   * @throws IOException if the library refuses the settings
   */
  ZstdEncoder(ZstdSettings settings, long tarLength) throws IOException {
    try {
      context.setLevel(settings.level()).setChecksum(settings.checksum());
      if (settings.workers() > 0) {
        context.setWorkers(settings.workers());
      }
      if (settings.windowLog() > 0) {
        context.setWindowLog(settings.windowLog());
      }
      context.setContentSize(settings.size());
      if (settings.size()) {
        context.setPledgedSrcSize(tarLength);
      }
    } catch (ZstdException e) {
      context.close();
      throw new IOException("the zstd library refuses its settings: " + e.getMessage(), e);
    }
  }

  @Override
  public void encode(byte[] bytes, int count, OutputStream blob) throws IOException {
    for (int done = 0; done < count; ) {
      source.clear();
      int step = Math.min(count - done, source.capacity());
      source.put(bytes, done, step).flip();
      while (source.hasRemaining()) {
        run(EndDirective.CONTINUE, blob);
      }
      done += step;
    }
  }

  @Override
  public void finish(OutputStream blob) throws IOException {
    source.clear().flip();
    boolean ended;
    do {
      ended = run(EndDirective.END, blob);
    } while (!ended);
  }

  private boolean run(EndDirective directive, OutputStream blob) throws IOException {
    target.clear();
    boolean ended;
    try {
      ended = context.compressDirectByteBufferStream(target, source, directive);
    } catch (ZstdException e) {
      throw new IOException("the zstd library failed: " + e.getMessage(), e);
    }
    int count = target.flip().remaining();
    target.get(made, 0, count);
    blob.write(made, 0, count);
    return ended;
  }

  @Override
  public void close() {
    context.close();
  }
}
