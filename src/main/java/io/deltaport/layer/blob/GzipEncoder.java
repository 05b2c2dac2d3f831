package io.deltaport.layer.blob;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/** One gzip member by zlib. Not thread-safe. */
final class GzipEncoder implements Encoder {
  private static final int BUFFER_BYTES = 64 * 1024;
  private static final int TRAILER_BYTES = 8;

  private final byte[] header;
  private final Deflater deflater;
  private final CRC32 crc = new CRC32();
  private final byte[] buffer = new byte[BUFFER_BYTES];
  private boolean begun;

  /** Begins a member with a header of its own. */
  GzipEncoder(byte[] header, int level) {
    this.header = header;
    this.deflater = new Deflater(level, true);
  }

  @Override
  public void encode(byte[] bytes, int count, OutputStream blob) throws IOException {
    begin(blob);
    crc.update(bytes, 0, count);
    deflater.setInput(bytes, 0, count);
    while (!deflater.needsInput()) {
      blob.write(buffer, 0, deflater.deflate(buffer));
    }
  }

  @Override
  public void finish(OutputStream blob) throws IOException {
    begin(blob);
    deflater.finish();
    while (!deflater.finished()) {
      blob.write(buffer, 0, deflater.deflate(buffer));
    }
    blob.write(
        ByteBuffer.allocate(TRAILER_BYTES)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putInt((int) crc.getValue())
            .putInt((int) deflater.getBytesRead())
            .array());
  }

  private void begin(OutputStream blob) throws IOException {
    if (!begun) {
      begun = true;
      blob.write(header);
    }
  }

  @Override
  public void close() {
    deflater.end();
  }
}
