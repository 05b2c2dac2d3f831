package io.deltaport.layer.blob;

import com.github.luben.zstd.ZstdIOException;
import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import io.deltaport.util.ByteSource;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Optional;

/**
 * Blobs of several zstd frames, of which the zstd library makes most; what it does not make, and
 * frames that are skipped, are kept as they are.
 *
 * <p>The payload is one part behind the other: 1, {@link ZstdSettings}, u64 bytes of the tar, for a
 * frame that is made; 2, u64 bytes of the tar, u64 bytes of the blob, and these, for one that is
 * kept. Big-endian.
 */
final class ZstdFramesKind implements BlobKind {
  static final int MADE = 1;
  static final int KEPT = 2;

  /** What is kept may be so much of the blob. */
  private static final int WORTH = 10;

  /** Frames that nothing makes, after which another compressor is likely: trials cost time. */
  private static final int KEPT_MAX = 16;

  private static final int WINDOW_LOG_MAX = 27;
  private static final int BUFFER_BYTES = 128 * 1024;

  @Override
  public int code() {
    return 4;
  }

  @Override
  public String name() {
    return "zstd-frames";
  }

  @Override
  public boolean isSeekable() {
    return false;
  }

  @Override
  public boolean describe(ByteSource blob, ByteSource tar, OutputStream payload)
      throws IOException {
    DataOutputStream out = new DataOutputStream(payload);
    ZstdSettings last = null;
    long tarAt = 0;
    long kept = 0;
    int notMade = 0;
    for (long at = 0; at < blob.length(); ) {
      ZstdFrame frame = ZstdFrame.read(blob, at).orElse(null);
      if (frame == null || frame.length() == blob.length()) {
        return false; // One frame alone is for the other kind.
      }
      ByteSource bytes = new SlicedSource(blob, at, frame.length());
      long expanded = frame.contentLength() < 0 ? expandedLength(bytes) : frame.contentLength();
      if (expanded < 0 || expanded > tar.length() - tarAt) {
        return false;
      }
      Optional<ZstdSettings> settings =
          frame.skippable()
              ? Optional.empty()
              : ZstdKind.find(bytes, new SlicedSource(tar, tarAt, expanded), last);
      if (settings.isPresent()) {
        last = settings.get();
        out.writeByte(MADE);
        out.write(last.encode());
        out.writeLong(expanded);
      } else {
        kept += frame.length();
        notMade += frame.skippable() ? 0 : 1;
        if (notMade > KEPT_MAX || kept > blob.length() / WORTH) {
          return false;
        }
        out.writeByte(KEPT);
        out.writeLong(expanded);
        out.writeLong(frame.length());
        try (InputStream in = bytes.open(0)) {
          in.transferTo(out);
        }
      }
      at += frame.length();
      tarAt += expanded;
    }
    return tarAt == tar.length();
  }

  /** Returns what a frame expands to; -1 when it does not. */
  private static long expandedLength(ByteSource frame) throws IOException {
    byte[] buffer = new byte[BUFFER_BYTES];
    long length = 0;
    try (ZstdInputStreamNoFinalizer in = new ZstdInputStreamNoFinalizer(frame.open(0))) {
      in.setLongMax(WINDOW_LOG_MAX);
      for (int got = in.read(buffer); got >= 0; got = in.read(buffer)) {
        length += got;
      }
      return length;
    } catch (ZstdIOException | EOFException e) {
      return -1;
    }
  }

  @Override
  public InputStream open(BlobRecipe recipe, ByteSource tar, long offset) throws IOException {
    InputStream blob = new ZstdFramesStream(recipe, tar);
    try {
      blob.skipNBytes(offset);
      return blob;
    } catch (EOFException e) {
      blob.close();
      throw new BlobRecipeException(recipe.blob(), "frames that end too early", e);
    } catch (IOException | RuntimeException e) {
      blob.close();
      throw e;
    }
  }
}
