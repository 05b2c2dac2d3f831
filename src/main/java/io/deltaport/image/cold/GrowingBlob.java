package io.deltaport.image.cold;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * One reader's view of a blob that is being made. Read by one thread; closed by any, once or more.
 */
public final class GrowingBlob implements Closeable {
  private final Rebuild rebuild;
  private final FileChannel file;
  private final AtomicBoolean closed = new AtomicBoolean();

  /** Takes over a reader that has joined. */
  GrowingBlob(Rebuild rebuild, FileChannel file) {
    this.rebuild = rebuild;
    this.file = file;
  }

  /** Returns the file, of which only what {@link #await} has given may be read. */
  public FileChannel file() {
    return file;
  }

  /**
   * Waits until bytes from {@code position} on may be read.
   *
   * @return the end of those that may, greater than the position
   * @throws IOException if there will be none: what was read before is not to be trusted
   */
  public long await(long position) throws IOException {
    return rebuild.await(position);
  }

  @Override
  public void close() throws IOException {
    if (closed.compareAndSet(false, true)) {
      rebuild.leave();
      file.close();
    }
  }
}
