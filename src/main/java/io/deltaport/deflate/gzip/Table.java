package io.deltaport.deflate.gzip;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdException;
import io.deltaport.deflate.DeflateFormatException;
import io.deltaport.deflate.Segment;
import io.deltaport.util.ByteSource;
import io.deltaport.util.Varint;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * The table at a payload's end, which says where everything is.
 *
 * <p>One zstd frame with the entries, then 16 bytes big-endian: u64 length of the frame, u32 its
 * length decompressed, u32 number of entries. An entry: a byte with the compressor; a byte that is
 * 1 where a deflate stream begins; varint bits in the file; varint bytes expanded; varint bytes of
 * the description. Descriptions lie one behind the other from the payload's beginning.
 */
final class Table {
  static final int FOOTER_BYTES = 16;

  private static final int ENTRY_BYTES_MAX = 32;
  private static final int ENTRIES_MAX = 1 << 20;
  private static final int LEVEL = 9;

  /** Longest verbatim part or description. */
  static final int BODY_BYTES_MAX = 8 << 20;

  private Table() {}

  static byte[] encode(List<Entry> entries) throws IOException {
    if (entries.size() > ENTRIES_MAX) {
      throw new DeflateFormatException("more than " + ENTRIES_MAX + " parts");
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (Entry entry : entries) {
      out.write(entry.compressor());
      out.write(entry.fresh() ? 1 : 0);
      Varint.write(out, entry.bits());
      Varint.write(out, entry.length());
      Varint.write(out, entry.bodyLength());
    }
    byte[] frame = Zstd.compress(out.toByteArray(), LEVEL);
    return ByteBuffer.allocate(frame.length + FOOTER_BYTES)
        .put(frame)
        .putLong(frame.length)
        .putInt(out.size())
        .putInt(entries.size())
        .array();
  }

  /**
   * Reads a payload's table.
   *
   * @throws DeflateFormatException if there is none
   */
  static List<Entry> read(ByteSource payload) throws IOException {
    long length = payload.length();
    if (length < FOOTER_BYTES) {
      throw damaged();
    }
    ByteBuffer footer = bytes(payload, length - FOOTER_BYTES, FOOTER_BYTES);
    long frameLength = footer.getLong();
    int tableLength = footer.getInt();
    int count = footer.getInt();
    boolean possible =
        count >= 0
            && count <= ENTRIES_MAX
            && tableLength >= 0
            && tableLength <= count * ENTRY_BYTES_MAX
            && frameLength >= 0
            && frameLength <= Math.min(length - FOOTER_BYTES, Zstd.compressBound(tableLength));
    if (!possible) {
      throw damaged();
    }
    long end = length - FOOTER_BYTES - frameLength;
    try {
      byte[] frame = bytes(payload, end, (int) frameLength).array();
      byte[] table = new byte[tableLength];
      if (Zstd.decompressByteArray(table, 0, table.length, frame, 0, frame.length) != tableLength) {
        throw damaged();
      }
      return decode(ByteBuffer.wrap(table), count, end);
    } catch (ZstdException | BufferUnderflowException e) {
      throw damaged();
    }
  }

  private static List<Entry> decode(ByteBuffer in, int count, long bodiesEnd)
      throws DeflateFormatException {
    List<Entry> entries = new ArrayList<>(count);
    long bit = 0;
    long offset = 0;
    long body = 0;
    for (int i = 0; i < count; i++) {
      int compressor = in.get() & 0xff;
      boolean fresh = in.get() == 1;
      long bits = varint(in, Long.MAX_VALUE >> 24);
      int length = (int) varint(in, Segment.LENGTH_MAX);
      int bodyLength = (int) varint(in, BODY_BYTES_MAX);
      entries.add(new Entry(compressor, fresh, bit, bits, offset, length, body, bodyLength));
      bit += bits;
      offset += length;
      body += bodyLength;
    }
    if (body != bodiesEnd || in.hasRemaining()) {
      throw damaged();
    }
    return entries;
  }

  private static long varint(ByteBuffer in, long max) throws DeflateFormatException {
    long value = 0;
    for (int shift = 0; shift < Long.SIZE - 8; shift += 7) {
      byte next = in.get();
      value |= (next & 0x7fL) << shift;
      if (next >= 0) {
        if (value > max) {
          throw damaged();
        }
        return value;
      }
    }
    throw damaged();
  }

  static ByteBuffer bytes(ByteSource payload, long offset, int length) throws IOException {
    try (InputStream in = payload.open(offset)) {
      byte[] bytes = in.readNBytes(length);
      if (bytes.length != length) {
        throw damaged();
      }
      return ByteBuffer.wrap(bytes);
    }
  }

  private static DeflateFormatException damaged() {
    return new DeflateFormatException("the description of a gzip file is damaged");
  }
}
