package io.deltaport.delta.plain;

import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import org.tukaani.xz.XZInputStream;

/** How files of an image are compressed, told by their names. */
public enum PlainEncoding {
  GZIP(".gz"),
  XZ(".xz"),
  ZSTD(".zst");

  /** What {@code xz -9} needs; more is refused. */
  private static final int XZ_MEMORY_KIB_MAX = 128 << 10;

  /** The largest window that zstd itself takes unless it is told otherwise. */
  private static final int ZSTD_WINDOW_LOG_MAX = 27;

  private final String suffix;

  PlainEncoding(String suffix) {
    this.suffix = suffix;
  }

  /** Returns the encoding of a file, empty for one that is not compressed. */
  public static Optional<PlainEncoding> of(String path) {
    for (PlainEncoding encoding : values()) {
      if (path.length() > encoding.suffix.length() && path.endsWith(encoding.suffix)) {
        return Optional.of(encoding);
      }
    }
    return Optional.empty();
  }

  /** Returns the name that a file has when it is stored plain. */
  public String plainPath(String path) {
    return path.substring(0, path.length() - suffix.length());
  }

  /**
   * Expands a file. Memory stays below 130 MiB, whatever the file asks for.
   *
   * @param packed is closed with the result
   * @throws IOException if it is damaged, here or while it is read
   */
  public InputStream expand(InputStream packed) throws IOException {
    return switch (this) {
      case GZIP -> new GZIPInputStream(packed);
      case XZ -> new XZInputStream(packed, XZ_MEMORY_KIB_MAX);
      case ZSTD -> {
        ZstdInputStreamNoFinalizer zstd = new ZstdInputStreamNoFinalizer(packed);
        zstd.setLongMax(ZSTD_WINDOW_LOG_MAX);
        yield zstd;
      }
    };
  }
}
