package io.deltaport.delta;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.function.ObjIntConsumer;

/** Lays content that is too large for memory into a nameless temporary file. */
public final class TempContent {
  private static final int CHUNK_BYTES = 128 << 10;

  private TempContent() {}

  /**
   * Copies exactly {@code length} bytes. The file has no name any more when this returns, so
   * nothing is left behind however the process ends.
   *
   * @param folder an existing folder
   * @throws EOFException if {@code in} ends before
   */
  public static RandomAccessContent copy(InputStream in, long length, Path folder)
      throws IOException {
    return copy(in, length, folder, (bytes, count) -> {});
  }

  /** Like {@link #copy}, and shows every chunk with its number of bytes to {@code observer}. */
  static RandomAccessContent copy(
      InputStream in, long length, Path folder, ObjIntConsumer<byte[]> observer)
      throws IOException {
    FileChannel file = nameless(folder);
    try {
      write(in, length, file, observer);
      return RandomAccessContent.of(file);
    } catch (IOException | RuntimeException | Error e) {
      file.close();
      throw e;
    }
  }

  /** Opens an empty temporary file that has no name any more, for reading and writing. */
  public static FileChannel nameless(Path folder) throws IOException {
    Path path = Files.createTempFile(folder, "delta-", ".tmp");
    try {
      return FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
    } finally {
      Files.delete(path);
    }
  }

  private static void write(
      InputStream in, long length, FileChannel file, ObjIntConsumer<byte[]> observer)
      throws IOException {
    byte[] chunk = new byte[CHUNK_BYTES];
    for (long left = length; left > 0; ) {
      int count = in.readNBytes(chunk, 0, (int) Math.min(left, chunk.length));
      if (count == 0) {
        throw new EOFException("content ends " + left + " bytes early");
      }
      ByteBuffer buffer = ByteBuffer.wrap(chunk, 0, count);
      while (buffer.hasRemaining()) {
        file.write(buffer);
      }
      observer.accept(chunk, count);
      left -= count;
    }
  }
}
