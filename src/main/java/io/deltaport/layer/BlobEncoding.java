package io.deltaport.layer;

import com.github.luben.zstd.RecyclingBufferPool;
import com.github.luben.zstd.ZstdOutputStreamNoFinalizer;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;

/**
 * A way in which layer tars become blobs that this machine can repeat bit by bit.
 *
 * <p>Compressors differ, and so do their versions: most blobs cannot be made again. Those of
 * builders that use zlib or zstd at their usual levels often can.
 */
enum BlobEncoding {
  PLAIN {
    @Override
    OutputStream over(OutputStream out) {
      return out;
    }
  },
  /** Java's own GZIPOutputStream, and with it Jib. */
  GZIP_JAVA {
    @Override
    OutputStream over(OutputStream out) throws IOException {
      return new Gzip(out, 6, 0, 255);
    }
  },
  /** The same before Java 16. */
  GZIP_OLD_JAVA {
    @Override
    OutputStream over(OutputStream out) throws IOException {
      return new Gzip(out, 6, 0, 0);
    }
  },
  /** Programs that use zlib on Unix, such as bsdtar. */
  GZIP_ZLIB {
    @Override
    OutputStream over(OutputStream out) throws IOException {
      return new Gzip(out, 6, 0, 3);
    }
  },
  /** The same, told to compress as well as it can. */
  GZIP_ZLIB_BEST {
    @Override
    OutputStream over(OutputStream out) throws IOException {
      return new Gzip(out, 9, 2, 3);
    }
  },
  /** The zstd library's stream at its default level. */
  ZSTD {
    @Override
    OutputStream over(OutputStream out) throws IOException {
      return new ZstdOutputStreamNoFinalizer(out, RecyclingBufferPool.INSTANCE, 3);
    }
  };

  /** Returns a stream that turns a tar into a blob; closing it ends the blob and closes it. */
  abstract OutputStream over(OutputStream out) throws IOException;

  /** One gzip member (RFC 1952) without name and time. */
  private static final class Gzip extends FilterOutputStream {
    private static final int BUFFER_BYTES = 64 * 1024;
    private static final int TRAILER_BYTES = 8;

    private final OutputStream blob;
    private final Deflater deflater;
    private final CRC32 crc = new CRC32();
    private boolean closed;

    /**
     * Writes the header.
     *
     * @param flags the byte XFL, which tells about the level
     * @param system the byte OS
     */
    Gzip(OutputStream blob, int level, int flags, int system) throws IOException {
      this(blob, new Deflater(level, true));
      blob.write(new byte[] {0x1f, (byte) 0x8b, 8, 0, 0, 0, 0, 0, (byte) flags, (byte) system});
    }

    private Gzip(OutputStream blob, Deflater deflater) {
      super(new DeflaterOutputStream(blob, deflater, BUFFER_BYTES));
      this.blob = blob;
      this.deflater = deflater;
    }

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int count) throws IOException {
      crc.update(bytes, offset, count);
      out.write(bytes, offset, count);
    }

    @Override
    public void close() throws IOException {
      if (closed) {
        return;
      }
      closed = true;
      try (blob) {
        ((DeflaterOutputStream) out).finish();
        blob.write(
            ByteBuffer.allocate(TRAILER_BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt((int) crc.getValue())
                .putInt((int) deflater.getBytesRead())
                .array());
      } finally {
        deflater.end();
      }
    }
  }
}
