package io.deltaport.store.driver;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;

/** A file below {@code pending/} or {@code temp/}. Not thread-safe. */
final class FilesystemPendingFile implements PendingFile {
  // The JDK copies heap arrays through a direct buffer of the same size and keeps it.
  private static final int WRITE_MAX_BYTES = 128 * 1024;

  private final FilesystemDriver driver;
  private final Path path;
  private final boolean named;
  private final FileChannel channel;
  private final OutputStream output = new Appender();
  private final EarlySync early;
  private long length;
  private boolean nameDurable;
  private boolean finished;

  FilesystemPendingFile(FilesystemDriver driver, Path path, boolean named, FileChannel channel) {
    this.driver = driver;
    this.path = path;
    this.named = named;
    this.channel = channel;
    this.early = new EarlySync(driver.durability(), channel);
  }

  @Override
  public long length() {
    return length;
  }

  @Override
  public OutputStream output() {
    return output;
  }

  @Override
  public void sync() throws IOException {
    checkUsable();
    force();
    if (named && !nameDurable) {
      orThrowAway(() -> driver.durability().forceFolder(path.getParent()));
      nameDurable = true;
    }
  }

  @Override
  public void truncate(long newLength) throws IOException {
    checkUsable();
    if (newLength < 0 || newLength > channel.size()) {
      throw new IllegalArgumentException("the file does not have " + newLength + " bytes");
    }
    channel.truncate(newLength);
    channel.position(newLength);
    length = newLength;
  }

  @Override
  public InputStream read() throws IOException {
    checkUsable();
    return FileRangeInputStream.open(path, 0, length);
  }

  @Override
  public void publish(String key) throws IOException {
    checkUsable();
    StoreLayout.checkKey(key);
    force();
    driver.claims().claim(key);
    orThrowAway(() -> driver.publish(path, key));
    finished = true;
    channel.close();
  }

  @Override
  public void close() throws IOException {
    channel.close();
    if (!finished && !named) {
      finished = true;
      Files.deleteIfExists(path);
    }
  }

  private void force() throws IOException {
    orThrowAway(
        () -> {
          early.finish();
          driver.durability().force(channel);
        });
  }

  /** Runs a step after which, when it fails, nothing is known about what the disk holds. */
  private void orThrowAway(Step step) throws IOException {
    try {
      step.run();
    } catch (IOException e) {
      finished = true;
      try (channel) {
        Files.deleteIfExists(path);
      } catch (IOException deleting) {
        e.addSuppressed(deleting);
      }
      throw e;
    }
  }

  private void checkUsable() throws IOException {
    if (finished) {
      throw new IOException("the pending file was published or discarded");
    }
  }

  private interface Step {
    void run() throws IOException;
  }

  private final class Appender extends OutputStream {
    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int count) throws IOException {
      checkUsable();
      for (int done = 0; done < count; ) {
        int step = Math.min(count - done, WRITE_MAX_BYTES);
        driver.space().check(step);
        append(ByteBuffer.wrap(bytes, offset + done, step));
        done += step;
      }
      early.grown(length);
    }

    private void append(ByteBuffer buffer) throws IOException {
      try {
        while (buffer.hasRemaining()) {
          length += channel.write(buffer);
        }
      } catch (IOException e) {
        throw driver.space().explained(e);
      }
    }
  }
}
