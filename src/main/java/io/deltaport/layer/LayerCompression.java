package io.deltaport.layer;

import com.github.luben.zstd.RecyclingBufferPool;
import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import io.deltaport.util.Hex;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.util.Map;

/** How a layer blob is compressed, told by its first bytes: media types are often wrong. */
public enum LayerCompression {
  PLAIN,
  GZIP,
  ZSTD;

  private static final int MAGIC_BYTES = 6;
  private static final int GZIP_MAGIC = 0x1f8b;
  private static final int ZSTD_MAGIC = 0x28b52ffd; // as the bytes lie in the file
  private static final int ZSTD_SKIPPABLE_MAGIC = 0x002a4d18; // the first byte's low half varies

  /** Largest zstd window, as a power of two: 128 MiB of native memory, what every client takes. */
  private static final int WINDOW_LOG_MAX = 27;

  /** Compressions that image layers are not made with, by the digits of their first bytes. */
  private static final Map<String, String> OTHERS =
      Map.of(
          "fd377a585a00", "xz",
          "425a68", "bzip2",
          "04224d18", "lz4",
          "5d0000", "lzma",
          "1f9d", "compress",
          "504b0304", "zip");

  /** A blob's compression, and the blob with the bytes that told it. */
  record Detected(LayerCompression compression, InputStream blob) {}

  /**
   * Looks at the first bytes of a blob.
   *
   * @throws NotAbsorbableException if it is compressed with something else
   */
  static Detected detect(InputStream blob) throws IOException {
    PushbackInputStream in = new PushbackInputStream(blob, MAGIC_BYTES);
    byte[] magic = in.readNBytes(MAGIC_BYTES);
    in.unread(magic);
    return new Detected(ofMagic(magic), in);
  }

  /**
   * Tells the compression by a blob's first six bytes, or by all of a shorter blob.
   *
   * @throws NotAbsorbableException if it is compressed with something else
   */
  public static LayerCompression ofMagic(byte[] magic) throws NotAbsorbableException {
    int first = 0;
    for (int i = 0; i < Integer.BYTES; i++) {
      first = first << 8 | (i < magic.length ? magic[i] & 0xff : 0);
    }
    if (first >>> 16 == GZIP_MAGIC) {
      return GZIP;
    }
    boolean skippable = (first & 0x00ffffff) == ZSTD_SKIPPABLE_MAGIC && first >>> 28 == 5;
    if (first == ZSTD_MAGIC || skippable) {
      return ZSTD;
    }
    String digits = Hex.encode(magic);
    for (Map.Entry<String, String> other : OTHERS.entrySet()) {
      if (digits.startsWith(other.getKey())) {
        throw new NotAbsorbableException(
            "is compressed with " + other.getValue() + ", not with gzip or zstd");
      }
    }
    return PLAIN;
  }

  /** Returns the uncompressed stream of a blob; closing it closes the blob. */
  InputStream expand(InputStream blob) throws IOException {
    return switch (this) {
      case PLAIN -> blob;
      case GZIP -> new GunzipInputStream(blob);
      case ZSTD ->
          new ZstdInputStreamNoFinalizer(blob, RecyclingBufferPool.INSTANCE)
              .setLongMax(WINDOW_LOG_MAX);
    };
  }
}
