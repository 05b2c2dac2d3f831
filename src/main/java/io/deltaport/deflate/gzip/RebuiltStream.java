package io.deltaport.deflate.gzip;

import io.deltaport.deflate.BitOutput;
import io.deltaport.deflate.DeflateFormatException;
import io.deltaport.deflate.Segment;
import io.deltaport.util.PieceInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;
import java.util.concurrent.Future;

/** A gzip file as it is made, some parts ahead of who reads. Not thread-safe. */
final class RebuiltStream extends PieceInputStream {
  private final GzipRebuilder file;
  private final Deque<Future<BitOutput>> ahead = new ArrayDeque<>();
  private final InputStream bodies;
  private final TarWindow tar;
  private int submitted;
  private int taken;
  private long skip; // bytes of the next part that are not wanted
  private byte[] bytes = {};
  private int at;
  private int end;
  private int partial; // the byte in which one part ends and the next begins

  RebuiltStream(GzipRebuilder file, int first, long offset) throws IOException {
    this.file = file;
    this.submitted = first;
    this.taken = first;
    boolean empty = first == file.entries().size();
    Entry entry = empty ? null : file.entries().get(first);
    if (!empty && (entry.bit() & 7) != 0 && entry.bit() / Byte.SIZE == offset) {
      // The first byte wanted begins in the part before.
      entry = file.entries().get(--submitted);
      taken = submitted;
    }
    this.skip = empty ? 0 : offset - entry.bit() / Byte.SIZE;
    this.bodies = empty ? InputStream.nullInputStream() : file.openBodies(entry.body());
    long from = empty ? 0 : entry.offset() - file.history(submitted);
    this.tar =
        new TarWindow(empty ? bodies : file.expanded().open(from), from, file.expandedLength());
  }

  @Override
  public int read(byte[] to, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, to.length);
    while (at == end) {
      if (taken == file.entries().size()) {
        return -1;
      }
      take();
    }
    int some = Math.min(length, end - at);
    System.arraycopy(bytes, at, to, offset, some);
    at += some;
    return some;
  }

  private void take() throws IOException {
    while (ahead.size() < Workshops.IN_FLIGHT && submitted < file.entries().size()) {
      submit();
    }
    Entry entry = file.entries().get(taken++);
    BitOutput made = Workshops.await(ahead.remove());
    bytes = made.array();
    bytes[0] |= (byte) partial;
    end = (int) (made.length() / Byte.SIZE);
    partial = (entry.endBit() & 7) == 0 ? 0 : bytes[end];
    at = (int) Math.min(skip, end);
    skip -= at;
  }

  private void submit() throws IOException {
    int index = submitted++;
    Entry entry = file.entries().get(index);
    byte[] body = bodies.readNBytes(entry.bodyLength());
    if (body.length != entry.bodyLength()) {
      throw new DeflateFormatException("the description of a gzip file is cut short");
    }
    int history = entry.compressor() == Entry.VERBATIM ? 0 : file.history(index);
    byte[] data = GzipRebuilder.room(history, entry);
    int available =
        entry.compressor() == Entry.VERBATIM
            ? 0
            : tar.copy(
                entry.offset() - history, history + entry.length() + Segment.LOOKAHEAD_BYTES, data);
    ahead.add(
        Workshops.submit(
            workshop -> GzipRebuilder.make(entry, body, data, history, available, workshop)));
  }

  @Override
  public void close() throws IOException {
    ahead.forEach(part -> part.cancel(false));
    try (bodies) {
      tar.close();
    }
  }
}
