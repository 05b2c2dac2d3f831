package io.deltaport.layer;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.CRC32;
import java.util.zip.Inflater;

/** The bytes of a gzip file, shared by the header's fields and an inflater. Not thread-safe. */
final class GzipInput implements Closeable {
  private static final int BUFFER_BYTES = 128 * 1024;

  private final InputStream in;
  private final byte[] buffer = new byte[BUFFER_BYTES];
  private final CRC32 headerCrc = new CRC32();
  private long bufferStart;
  private int at;
  private int end;

  GzipInput(InputStream in) {
    this.in = in;
  }

  /** Returns how many bytes were used. */
  long position() {
    return bufferStart + at;
  }

  /** Starts the checksum of a header, whose two magic bytes were read already. */
  void startHeader() {
    headerCrc.reset();
    headerCrc.update(0x1f);
    headerCrc.update(0x8b);
  }

  /** Returns the CRC-32 of everything read since {@link #startHeader} and its magic. */
  int headerCrc() {
    return (int) headerCrc.getValue();
  }

  /** Returns the next byte, or -1 at the end. */
  int readOrEnd() throws IOException {
    if (at == end && !fill()) {
      return -1;
    }
    return buffer[at++] & 0xff;
  }

  /** Returns the next byte, which must be there. */
  int read() throws IOException {
    int b = readOrEnd();
    if (b < 0) {
      throw cut();
    }
    headerCrc.update(b);
    return b;
  }

  /** Returns the next 2 bytes, little-endian. */
  int readShort() throws IOException {
    return read() | read() << 8;
  }

  /** Returns the next 4 bytes, little-endian. */
  int readInt() throws IOException {
    return readShort() | readShort() << 16;
  }

  void skip(int count) throws IOException {
    for (int i = 0; i < count; i++) {
      read();
    }
  }

  /** Gives an inflater that has used up its input the next bytes, all that are in the buffer. */
  void feed(Inflater inflater) throws IOException {
    if (at == end && !fill()) {
      throw cut();
    }
    inflater.setInput(buffer, at, end - at);
    at = end;
  }

  /** Takes back what an inflater has not used of its last input. */
  void takeBack(Inflater inflater) {
    at = end - inflater.getRemaining();
  }

  private boolean fill() throws IOException {
    bufferStart += end;
    at = 0;
    end = 0;
    int got = in.read(buffer, 0, buffer.length);
    if (got <= 0) {
      return false;
    }
    end = got;
    return true;
  }

  private NotAbsorbableException cut() {
    return new NotAbsorbableException("its gzip stream is cut short at byte " + position());
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
