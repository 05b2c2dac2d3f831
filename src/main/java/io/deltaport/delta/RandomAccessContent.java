package io.deltaport.delta;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.Objects;

/** The content of a file that can be read at any place. Used by one thread at a time. */
public interface RandomAccessContent extends Closeable {
  /** Returns the number of bytes. */
  long length();

  /**
   * Reads exactly {@code count} bytes from {@code position} into {@code bytes} from {@code offset}.
   *
   * @throws EOFException if the content ends before
   */
  void readFully(long position, byte[] bytes, int offset, int count) throws IOException;

  /** Returns content that lies in memory; the array is shared. */
  static RandomAccessContent of(byte[] content) {
    return new RandomAccessContent() {
      @Override
      public long length() {
        return content.length;
      }

      @Override
      public void readFully(long position, byte[] bytes, int offset, int count)
          throws EOFException {
        if (position < 0 || position > content.length - (long) count) {
          throw new EOFException("no bytes " + position + " + " + count);
        }
        System.arraycopy(content, (int) position, bytes, offset, count);
      }

      @Override
      public void close() {}
    };
  }

  /** Returns the content of an open file, which is closed together with it. */
  static RandomAccessContent of(FileChannel file) throws IOException {
    long length = file.size();
    return new RandomAccessContent() {
      @Override
      public long length() {
        return length;
      }

      @Override
      public void readFully(long position, byte[] bytes, int offset, int count) throws IOException {
        Objects.checkFromIndexSize(offset, count, bytes.length);
        ByteBuffer buffer = ByteBuffer.wrap(bytes, offset, count);
        while (buffer.hasRemaining()) {
          if (file.read(buffer, position + buffer.position() - offset) < 0) {
            throw new EOFException("no bytes " + position + " + " + count);
          }
        }
      }

      @Override
      public void close() throws IOException {
        file.close();
      }
    };
  }
}
