package io.deltaport.store.driver;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.FileChannel;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * Lets the disk begin while a long file is still being written, so that the sync at its end finds
 * little left to do. Not thread-safe.
 *
 * <p>A kernel reports a failed write-back once. So a failure here is kept and thrown later, and the
 * file is thrown away as for any other failed sync.
 */
final class EarlySync {
  /** Bytes between two syncs: a second or less of a slow disk. */
  static final int INTERVAL_BYTES = 32 << 20;

  private final Durability durability;
  private final FileChannel file;
  private long startedAtBytes;
  private FutureTask<Void> running;

  EarlySync(Durability durability, FileChannel file) {
    this.durability = durability;
    this.file = file;
  }

  /** Notes that the file has {@code length} bytes now. */
  void grown(long length) throws IOException {
    if (length - startedAtBytes < INTERVAL_BYTES || (running != null && !running.isDone())) {
      return;
    }
    finish();
    startedAtBytes = length;
    running =
        new FutureTask<>(
            () -> {
              durability.force(file);
              return null;
            });
    Thread.ofVirtual().name("early-sync").start(running);
  }

  /**
   * Waits for the sync that runs, if any.
   *
   * @throws IOException if one failed, now and whenever it is asked again
   */
  void finish() throws IOException {
    if (running == null) {
      return;
    }
    try {
      running.get();
    } catch (ExecutionException e) {
      throw new IOException("the disk did not take what was written", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while the disk was writing");
    }
  }
}
