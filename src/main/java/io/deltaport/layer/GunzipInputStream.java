package io.deltaport.layer;

import io.deltaport.util.PieceInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * Expands a gzip file of one or more members, strictly: checksums, lengths and every header field
 * are checked. After the last member only zeros may follow, as tape padding does; other garbage,
 * which the JDK's own stream drops silently, is refused. Not thread-safe.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc1952">RFC 1952</a>
 */
final class GunzipInputStream extends PieceInputStream {
  private static final int FIRST_MAGIC = 0x1f;
  private static final int SECOND_MAGIC = 0x8b;
  private static final int DEFLATE = 8;
  private static final int FLAG_HEADER_CRC = 2;
  private static final int FLAG_EXTRA = 4;
  private static final int FLAG_NAME = 8;
  private static final int FLAG_COMMENT = 16;
  private static final int RESERVED_FLAGS = 0xe0;

  /** Longest file name or comment: far above what writers store, so that headers stay small. */
  private static final int TEXT_MAX_BYTES = 64 * 1024;

  private final GzipInput in;
  private final Inflater inflater = new Inflater(true);
  private final CRC32 crc = new CRC32();
  private boolean inMember;
  private boolean finished;
  private boolean anyMember;

  GunzipInputStream(InputStream in) {
    this.in = new GzipInput(in);
  }

  @Override
  public int read(byte[] bytes, int offset, int count) throws IOException {
    Objects.checkFromIndexSize(offset, count, bytes.length);
    if (count == 0) {
      return 0;
    }
    while (!finished) {
      if (!inMember) {
        startMember();
      } else {
        int got = inflate(bytes, offset, count);
        if (got > 0) {
          crc.update(bytes, offset, got);
          return got;
        }
        endMember();
      }
    }
    return -1;
  }

  /** Returns the number of bytes expanded, or 0 at the end of the member. */
  private int inflate(byte[] bytes, int offset, int count) throws IOException {
    try {
      while (true) {
        int got = inflater.inflate(bytes, offset, count);
        if (got > 0 || inflater.finished()) {
          return got;
        }
        if (inflater.needsDictionary()) {
          throw damaged("its gzip stream asks for a dictionary");
        }
        in.feed(inflater);
      }
    } catch (DataFormatException e) {
      throw new NotAbsorbableException(
          "its gzip stream is damaged near byte " + in.position() + ": " + e.getMessage(), e);
    }
  }

  private void startMember() throws IOException {
    int first = in.readOrEnd();
    if (anyMember && first <= 0) {
      checkPadding(first);
      finished = true;
      return;
    }
    if (first != FIRST_MAGIC || in.read() != SECOND_MAGIC) {
      throw damaged(anyMember ? "garbage follows its gzip stream" : "its gzip header is damaged");
    }
    readHeader();
    anyMember = true;
    inMember = true;
  }

  private void checkPadding(int first) throws IOException {
    for (int b = first; b >= 0; b = in.readOrEnd()) {
      if (b != 0) {
        throw damaged("garbage follows its gzip stream");
      }
    }
  }

  private void readHeader() throws IOException {
    in.startHeader();
    int method = in.read();
    int flags = in.read();
    if (method != DEFLATE || (flags & RESERVED_FLAGS) != 0) {
      throw damaged("its gzip header is of an unknown kind");
    }
    in.skip(6); // modification time, compression level, operating system
    if ((flags & FLAG_EXTRA) != 0) {
      in.skip(in.readShort());
    }
    if ((flags & FLAG_NAME) != 0) {
      skipText();
    }
    if ((flags & FLAG_COMMENT) != 0) {
      skipText();
    }
    if ((flags & FLAG_HEADER_CRC) != 0) {
      int expected = in.headerCrc() & 0xffff;
      if (in.readShort() != expected) {
        throw damaged("its gzip header has a wrong checksum");
      }
    }
  }

  private void skipText() throws IOException {
    for (int length = 0; in.read() != 0; length++) {
      if (length == TEXT_MAX_BYTES) {
        throw damaged("its gzip header is too long");
      }
    }
  }

  private void endMember() throws IOException {
    in.takeBack(inflater);
    if (in.readInt() != (int) crc.getValue()) {
      throw damaged("its gzip stream has a wrong CRC");
    }
    if (in.readInt() != (int) inflater.getBytesWritten()) {
      throw damaged("its gzip stream has a wrong length");
    }
    inflater.reset();
    crc.reset();
    inMember = false;
  }

  private NotAbsorbableException damaged(String problem) {
    return new NotAbsorbableException(problem + ", near byte " + in.position());
  }

  @Override
  public void close() throws IOException {
    inflater.end();
    in.close();
  }
}
