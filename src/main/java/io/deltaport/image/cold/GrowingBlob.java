package io.deltaport.image.cold;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.UnaryOperator;

/**
 * One reader's view of a blob that is being made. Read by one thread; closed by any, once or more.
 */
public final class GrowingBlob implements Closeable {
  private final Rebuild rebuild;
  private final FileChannel file;
  private final UnaryOperator<IOException> told;
  private final AtomicBoolean closed = new AtomicBoolean();

  /**
   * Takes over a reader that has joined.
   *
   * @param told returns what to throw for a failure of the rebuild
   */
  GrowingBlob(Rebuild rebuild, FileChannel file, UnaryOperator<IOException> told) {
    this.rebuild = rebuild;
    this.file = file;
    this.told = told;
  }

  /** Returns the file, of which only what {@link #await} has given may be read. */
  public FileChannel file() {
    return file;
  }

  /**
   * Waits until bytes from {@code position} on may be read.
   *
   * @return the end of those that may, greater than the position
   * @throws DamagedBlobException if there will be none, as something is damaged
   * @throws IOException if there will be none: what was read before is not to be trusted
   */
  public long await(long position) throws IOException {
    try {
      return rebuild.await(position);
    } catch (IOException e) {
      throw told.apply(e);
    }
  }

  @Override
  public void close() throws IOException {
    if (closed.compareAndSet(false, true)) {
      rebuild.leave();
      file.close();
    }
  }
}
