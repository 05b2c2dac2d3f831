package io.deltaport.image.cold;

import io.deltaport.meta.Database;
import io.deltaport.meta.gc.GcFiles;
import io.deltaport.meta.gc.Tally;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/**
 * Unlinks the files of blobs that are made again from now on. Thread-safe.
 *
 * <p>Not at once: a request that saw the row before may be about to open the file. Then under the
 * lock that also keeps garbage collection and pushes apart. What a server that dies leaves over is
 * unlinked at the next look for such files, or as garbage.
 */
@ApplicationScoped
class RawFiles {
  private static final Logger LOG = Logger.getLogger(RawFiles.class);

  private static final Executor LATER =
      CompletableFuture.delayedExecutor(
          HotBlobs.LINGER.toMillis(),
          TimeUnit.MILLISECONDS,
          task -> Thread.ofVirtual().name("raw-files").start(task));

  private final Database database;
  private final GcFiles files;

  RawFiles(Database database, GcFiles files) {
    this.database = database;
    this.files = files;
  }

  /** Unlinks files when nobody can be about to open them; returns at once. */
  void unlinkSoon(List<String> blobs) {
    if (!blobs.isEmpty()) {
      LATER.execute(() -> unlink(blobs));
    }
  }

  private void unlink(List<String> blobs) {
    try {
      Tally unlinked = database.transact(session -> files.unlinkNow(session, blobs));
      LOG.infof(
          "%d files of blobs that can be made again are gone, %d bytes",
          unlinked.count(), unlinked.bytes());
    } catch (RuntimeException e) { // The server may be stopping.
      LOG.infof("The files of %d blobs go later: %s", blobs.size(), e.getMessage());
    }
  }

  /** Unlinks what earlier servers left over. */
  void unlinkLeft() {
    Duration margin = HotBlobs.LINGER.multipliedBy(2);
    List<String> left = database.transact(session -> files.gone(session, margin));
    if (!left.isEmpty()) {
      unlink(left);
    }
  }
}
