package io.deltaport.image.refs;

import io.deltaport.meta.Database;
import io.deltaport.meta.DeltaCommits;
import io.deltaport.meta.StaticDeltas.Pair;
import io.deltaport.util.Progress;
import java.time.Duration;

/** Ends the work on a delta soon after one of its commits is gone. Not thread-safe. */
final class DeletionWatch implements Progress {
  private static final long INTERVAL_NANOS = Duration.ofSeconds(1).toNanos();

  private final DeltaCommits commits;
  private final Database database;
  private final Pair pair;
  private final Progress progress;
  private long lastNanos = System.nanoTime();

  DeletionWatch(DeltaCommits commits, Database database, Pair pair, Progress progress) {
    this.commits = commits;
    this.database = database;
    this.pair = pair;
    this.progress = progress;
  }

  /** A commit of the delta was deleted. */
  static final class DeletedException extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  @Override
  public void update(String stage, long done, long total) {
    progress.update(stage, done, total);
    long now = System.nanoTime();
    if (now - lastNanos >= INTERVAL_NANOS) {
      lastNanos = now;
      int ends = pair.source() == null ? 1 : 2;
      int there =
          database.transact(session -> commits.count(session, pair.target(), pair.source()));
      if (there < ends) {
        throw new DeletedException();
      }
    }
  }
}
