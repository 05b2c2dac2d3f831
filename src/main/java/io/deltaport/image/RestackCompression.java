package io.deltaport.image;

import com.github.luben.zstd.ZstdOutputStreamNoFinalizer;
import io.deltaport.oci.MediaTypes;
import java.io.IOException;
import java.io.OutputStream;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;

/** How the layers of restacked images are compressed. */
enum RestackCompression {
  /** A third smaller; every client of this decade takes it. */
  ZSTD(MediaTypes.OCI_LAYER_ZSTD) {
    @Override
    OutputStream over(OutputStream out) throws IOException {
      ZstdOutputStreamNoFinalizer zstd = new ZstdOutputStreamNoFinalizer(out);
      zstd.setLevel(ZSTD_LEVEL);
      zstd.setLong(ZSTD_WINDOW_LOG);
      zstd.setChecksum(true);
      zstd.setWorkers(Runtime.getRuntime().availableProcessors());
      return zstd;
    }
  },
  /** For clients that know nothing else. */
  GZIP(MediaTypes.OCI_LAYER_GZIP) {
    @Override
    OutputStream over(OutputStream out) throws IOException {
      return new GZIPOutputStream(out, BUFFER_BYTES) {
        {
          def.setLevel(Deflater.BEST_COMPRESSION);
        }
      };
    }
  };

  private static final int ZSTD_LEVEL = 15;

  /** Clients of the Go library take windows of up to 64 MiB, and hold them in memory. */
  private static final int ZSTD_WINDOW_LOG = 25;

  private static final int BUFFER_BYTES = 64 << 10;

  private final String mediaType;

  RestackCompression(String mediaType) {
    this.mediaType = mediaType;
  }

  /** Returns the media type of such a layer. */
  String mediaType() {
    return mediaType;
  }

  /** Returns a stream that compresses; closing it closes {@code out}. */
  abstract OutputStream over(OutputStream out) throws IOException;
}
