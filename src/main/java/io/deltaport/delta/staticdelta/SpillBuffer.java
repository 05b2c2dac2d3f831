package io.deltaport.delta.staticdelta;

import io.deltaport.delta.TempContent;
import io.deltaport.util.Unclosed;
import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/**
 * Keeps bytes in memory up to a limit and beyond it in a nameless temporary file, of which nothing
 * is left behind however the process ends. Used by one thread at a time.
 */
final class SpillBuffer extends OutputStream {
  private static final int CHUNK_BYTES = 128 << 10;

  private final int memoryBytes;
  private final Path folder;
  private Memory memory = new Memory();
  private FileChannel file;
  private OutputStream out = memory;
  private long length;

  /**
   * Begins empty.
   *
   * @param memoryBytes most that is kept in memory
   * @param folder where the file is made, if it is
   */
  SpillBuffer(int memoryBytes, Path folder) {
    this.memoryBytes = memoryBytes;
    this.folder = folder;
  }

  @Override
  public void write(int value) throws IOException {
    write(new byte[] {(byte) value}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int count) throws IOException {
    if (file == null && length + count > memoryBytes) {
      spill();
    }
    out.write(bytes, offset, count);
    length += count;
  }

  private void spill() throws IOException {
    file = TempContent.nameless(folder);
    out = Channels.newOutputStream(file);
    memory.writeTo(out);
    memory = null;
  }

  long length() {
    return length;
  }

  /** Opens what was written; nothing may be written after that. */
  InputStream read() throws IOException {
    if (file == null) {
      return memory.read();
    }
    file.position(0);
    return new BufferedInputStream(Unclosed.of(Channels.newInputStream(file)), CHUNK_BYTES);
  }

  @Override
  public void close() throws IOException {
    memory = null;
    if (file != null) {
      file.close();
    }
  }

  /** Hands its array out instead of a copy. */
  private static final class Memory extends ByteArrayOutputStream {
    InputStream read() {
      return new ByteArrayInputStream(buf, 0, count);
    }
  }
}
