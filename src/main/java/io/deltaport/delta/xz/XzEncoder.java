package io.deltaport.delta.xz;

import io.deltaport.util.Varint;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32;

/**
 * Writes one .xz stream of one LZMA2 block, checked by CRC-32, for content that is mostly zeros:
 * patches. Any content comes out right. Not thread-safe.
 *
 * @see <a href="https://tukaani.org/xz/xz-file-format.txt">The .xz file format</a>
 */
public final class XzEncoder extends OutputStream {
  /** 16 MiB: half of the usual part. */
  private static final int DICTIONARY_BYTES = 16 << 20;

  /**
   * The size as the format writes it: 2 to the power of this divided by two, plus eleven and one.
   */
  private static final int DICTIONARY_CODE = 24;

  private static final byte[] MAGIC = {(byte) 0xfd, '7', 'z', 'X', 'Z', 0};
  private static final byte[] FOOTER_MAGIC = {'Y', 'Z'};
  private static final byte[] FLAGS = {0, 1};
  private static final int LZMA2 = 0x21;
  private static final int UNIT = 4;
  private static final int CRC_BYTES = 4;
  private static final int BLOCK_HEADER_BYTES = 12;

  private final Counting out;
  private final Lzma2Encoder encoder;
  private final CRC32 check = new CRC32();
  private long length;
  private boolean finished;

  private static final class Counting extends OutputStream {
    private final OutputStream out;
    private long count;

    Counting(OutputStream out) {
      this.out = out;
    }

    @Override
    public void write(int one) throws IOException {
      out.write(one);
      count++;
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      out.write(bytes, offset, length);
      count += length;
    }

    @Override
    public void close() throws IOException {
      out.close();
    }
  }

  /** Begins a stream on {@code out}, which is closed with it. */
  public XzEncoder(OutputStream out, XzEffort effort) throws IOException {
    this.out = new Counting(out);
    this.encoder = new Lzma2Encoder(this.out, DICTIONARY_BYTES, effort);
    this.out.write(MAGIC);
    writeChecked(FLAGS);
    byte[] header = new byte[BLOCK_HEADER_BYTES - CRC_BYTES];
    header[0] = BLOCK_HEADER_BYTES / UNIT - 1;
    header[2] = LZMA2;
    header[3] = 1;
    header[4] = DICTIONARY_CODE;
    this.out.count = 0;
    writeChecked(header);
  }

  private static byte[] littleEndian(long value) {
    return ByteBuffer.allocate(Integer.BYTES)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putInt((int) value)
        .array();
  }

  private void writeChecked(byte[] bytes) throws IOException {
    CRC32 crc = new CRC32();
    crc.update(bytes);
    out.write(bytes);
    out.write(littleEndian(crc.getValue()));
  }

  @Override
  public void write(int one) throws IOException {
    write(new byte[] {(byte) one}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int count) throws IOException {
    check.update(bytes, offset, count);
    length += count;
    encoder.write(bytes, offset, count);
  }

  /** Writes the rest of the stream; what it goes to stays open. */
  public void finish() throws IOException {
    if (finished) {
      return;
    }
    finished = true;
    encoder.finish();
    long unpadded = out.count + CRC_BYTES;
    while (out.count % UNIT != 0) {
      out.write(0);
    }
    out.write(littleEndian(check.getValue()));
    ByteArrayOutputStream index = new ByteArrayOutputStream();
    index.write(0);
    Varint.write(index, 1);
    Varint.write(index, unpadded);
    Varint.write(index, length);
    while (index.size() % UNIT != 0) {
      index.write(0);
    }
    writeChecked(index.toByteArray());
    int indexUnits = (index.size() + CRC_BYTES) / UNIT - 1;
    byte[] footer = ByteBuffer.allocate(6).put(littleEndian(indexUnits)).put(FLAGS).array();
    CRC32 crc = new CRC32();
    crc.update(footer);
    out.write(littleEndian(crc.getValue()));
    out.write(footer);
    out.write(FOOTER_MAGIC);
  }

  @Override
  public void close() throws IOException {
    finish();
    out.close();
  }
}
