package io.deltaport.deflate.gzip;

import io.deltaport.deflate.BitOutput;
import io.deltaport.deflate.DeflateFormatException;
import io.deltaport.deflate.Parser;
import io.deltaport.deflate.Segment;
import io.deltaport.util.ByteSource;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * Makes a gzip file again from its description and what it stands for. Thread-safe. Whether the
 * result is the file only its digest tells.
 */
public final class GzipRebuilder {
  private final ByteSource payload;
  private final ByteSource expanded;
  private final List<Entry> entries;

  private GzipRebuilder(ByteSource payload, ByteSource expanded, List<Entry> entries) {
    this.payload = payload;
    this.expanded = expanded;
    this.entries = entries;
  }

  /**
   * Reads where everything is.
   *
   * @throws DeflateFormatException if the payload is damaged
   */
  public static GzipRebuilder of(ByteSource payload, ByteSource expanded) throws IOException {
    return new GzipRebuilder(payload, expanded, Table.read(payload));
  }

  /** Returns the file's length in bytes. */
  public long length() {
    return entries.isEmpty() ? 0 : entries.getLast().endBit() / Byte.SIZE;
  }

  /**
   * Opens the file from an offset on. The stream works ahead on some segments; it takes some tens
   * of megabytes of memory, and must be closed.
   */
  public InputStream open(long offset) throws IOException {
    int first = 0;
    int last = entries.size();
    while (first < last) {
      int middle = (first + last) >>> 1;
      if (entries.get(middle).endBit() <= offset * Byte.SIZE) {
        first = middle + 1;
      } else {
        last = middle;
      }
    }
    return new RebuiltStream(this, first, offset);
  }

  List<Entry> entries() {
    return entries;
  }

  /** Returns how much before an entry's bytes its parser gets. */
  int history(int index) {
    long reach = 0;
    for (int i = index; !entries.get(i).fresh() && i > 0 && reach < Segment.HISTORY_BYTES; i--) {
      reach += entries.get(i - 1).length();
    }
    return (int) Math.min(reach, Segment.HISTORY_BYTES);
  }

  ByteSource expanded() {
    return expanded;
  }

  long expandedLength() {
    return entries.isEmpty() ? 0 : entries.getLast().end();
  }

  InputStream openBodies(long from) throws IOException {
    return payload.open(from);
  }

  /**
   * Makes one part of the file.
   *
   * @param data history, the part's bytes and what follows them
   * @param available where in {@code data} the bytes end
   * @return bits that begin at the bit of a byte at which the part begins
   */
  static BitOutput make(
      Entry entry, byte[] body, byte[] data, int history, int available, Workshop workshop)
      throws IOException {
    int phase = (int) (entry.bit() & (Byte.SIZE - 1));
    BitOutput out = new BitOutput((int) (entry.bits() / Byte.SIZE) + 2);
    out.put(0, phase);
    ByteBuffer description = Bodies.unpack(body);
    if (entry.compressor() == Entry.VERBATIM) {
      if (entry.bits() > (long) description.remaining() * Byte.SIZE) {
        throw new DeflateFormatException("a verbatim part is cut short");
      }
      byte[] bytes = new byte[description.remaining()];
      description.get(bytes);
      out.putBits(bytes, (int) entry.bits());
    } else {
      restore(entry, description, data, history, available, out, workshop);
    }
    if (out.length() != phase + entry.bits()) {
      throw new DeflateFormatException("a part of a gzip file comes out with another length");
    }
    return out;
  }

  private static void restore(
      Entry entry,
      ByteBuffer description,
      byte[] data,
      int history,
      int available,
      BitOutput out,
      Workshop workshop)
      throws IOException {
    try {
      workshop.coder.restore(
          description,
          workshop.model(entry.compressor()),
          data,
          history,
          history + entry.length(),
          available,
          out);
    } catch (IndexOutOfBoundsException | IllegalStateException | IllegalArgumentException e) {
      // A description of other data leads anywhere.
      DeflateFormatException wrong =
          new DeflateFormatException("a part of a gzip file does not fit its description");
      wrong.initCause(e);
      throw wrong;
    }
  }

  /** Room for a part's bytes with all that parsers want around them. */
  static byte[] room(int history, Entry entry) {
    return new byte[history + entry.length() + Segment.LOOKAHEAD_BYTES + Parser.PADDING];
  }
}
