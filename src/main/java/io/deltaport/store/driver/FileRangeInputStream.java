package io.deltaport.store.driver;

import io.deltaport.util.PieceInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Objects;

/** A part of a file as a stream. Not thread-safe; not buffered. */
final class FileRangeInputStream extends PieceInputStream {
  private static final int READ_MAX_BYTES = 128 * 1024;

  private final FileChannel channel;
  private long position;
  private final long end;

  private FileRangeInputStream(FileChannel channel, long position, long end) {
    this.channel = channel;
    this.position = position;
    this.end = end;
  }

  static InputStream open(Path file, long offset, long length) throws IOException {
    FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
    return new FileRangeInputStream(channel, offset, offset + length);
  }

  @Override
  public int read(byte[] bytes, int offset, int count) throws IOException {
    Objects.checkFromIndexSize(offset, count, bytes.length);
    if (count == 0) {
      return 0;
    }
    if (position == end) {
      return -1;
    }
    int wanted = (int) Math.min(Math.min(count, READ_MAX_BYTES), end - position);
    int got = channel.read(ByteBuffer.wrap(bytes, offset, wanted), position);
    if (got < 0) {
      throw new EOFException("the file ends at " + position + ", before " + end);
    }
    position += got;
    return got;
  }

  @Override
  public long skip(long count) {
    long skipped = Math.clamp(count, 0, end - position);
    position += skipped;
    return skipped;
  }

  @Override
  public int available() {
    return (int) Math.min(end - position, Integer.MAX_VALUE);
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
