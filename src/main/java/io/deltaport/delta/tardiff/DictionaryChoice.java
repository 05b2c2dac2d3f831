package io.deltaport.delta.tardiff;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import com.github.luben.zstd.ZstdDictContentType;
import io.deltaport.delta.PairContents;
import io.deltaport.delta.Patch;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Optional;

/**
 * Decides for each patch whether a zstd frame with the old file as dictionary, which version 2 of
 * the format has, is smaller than the patch's operations. Both are compressed to know. Thread-safe.
 *
 * <p>Memory: of each thread some 100 MiB that zstd takes for the largest files.
 */
interface DictionaryChoice {
  /** For version 1, which has no such frames. */
  DictionaryChoice NEVER = (patch, contents) -> Optional.empty();

  /** Returns the frame, if it is the better way. */
  Optional<byte[]> frame(Patch patch, PairContents contents) throws IOException;

  /** Returns the choice for a level of zstd. */
  static DictionaryChoice atLevel(int level) {
    return new ByLength(level);
  }

  /** Takes what is shorter. */
  final class ByLength implements DictionaryChoice {
    /** A patch below that is too small for a frame to gain anything. */
    private static final int PATCH_MIN_BYTES = 256;

    /**
     * How much shorter the frame must be, in percent of the compressed patch: operations are
     * compressed together with those of other files, frames each by itself.
     */
    private static final int SHARE_MAX_PERCENT = 60;

    private final int level;

    ByLength(int level) {
      this.level = level;
    }

    @Override
    public Optional<byte[]> frame(Patch patch, PairContents contents) throws IOException {
      long most = compressedBytes(patch) * SHARE_MAX_PERCENT / 100;
      if (most < PATCH_MIN_BYTES) {
        return Optional.empty();
      }
      byte[] frame = compress(contents.source(), contents.target());
      return frame.length <= most ? Optional.of(frame) : Optional.empty();
    }

    private long compressedBytes(Patch patch) throws IOException {
      ByteArrayOutputStream operations = new ByteArrayOutputStream();
      OperationWriter writer = new OperationWriter(operations);
      writer.patch(patch);
      writer.flush();
      return Zstd.compress(operations.toByteArray(), level).length;
    }

    private byte[] compress(byte[] source, byte[] target) {
      try (ZstdCompressCtx zstd = new ZstdCompressCtx()) {
        zstd.setLevel(level);
        zstd.setWindowLog(windowLog((long) source.length + target.length));
        zstd.loadDict(source, ZstdDictContentType.RAW_CONTENT);
        return zstd.compress(target);
      }
    }

    /** The whole dictionary must stay in reach to the end of the target. */
    private static int windowLog(long bytes) {
      return Math.clamp(
          Long.SIZE - Long.numberOfLeadingZeros(bytes - 1),
          TarDiffFormat.FRAME_WINDOW_LOG_MIN,
          TarDiffFormat.DICTIONARY_WINDOW_LOG_MAX);
    }
  }
}
