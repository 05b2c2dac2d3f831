package io.deltaport.image.gc;

import io.deltaport.meta.Database;
import io.deltaport.meta.gc.PullCounts;
import io.deltaport.meta.gc.PullCounts.Pulls;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.jboss.logging.Logger;

/**
 * Counts how often devices ask for manifests. Thread-safe.
 *
 * <p>Counting never blocks: pulls are kept in memory and written in batches, a row for each
 * manifest and day. A server that dies loses the last seconds of them.
 */
@ApplicationScoped
public class PullRecords {
  private static final Logger LOG = Logger.getLogger(PullRecords.class);

  /** Manifests that are counted between two flushes, some 20 MB; pulls of others are not seen. */
  private static final int MANIFESTS_MAX = 100_000;

  /** Rows of one statement: holds each row for a moment only. */
  private static final int BATCH_ROWS = 1_000;

  private record Key(String repository, String digest) {}

  private final ConcurrentHashMap<Key, LongAdder> pulls = new ConcurrentHashMap<>();
  private final Database database;
  private final PullCounts counts;

  PullRecords(Database database, PullCounts counts) {
    this.database = database;
    this.counts = counts;
  }

  /** Notes that a client was given a manifest; event loops may call it. */
  public void pulled(String repository, String manifestDigest) {
    Key key = new Key(repository, manifestDigest);
    LongAdder count = pulls.get(key);
    if (count == null) {
      if (pulls.size() >= MANIFESTS_MAX) {
        return;
      }
      count = pulls.computeIfAbsent(key, ignored -> new LongAdder());
    }
    count.increment();
  }

  /** Writes what was counted; where the database is away, it stays for the next time. */
  public void flush() {
    List<Pulls> batch = new ArrayList<>(BATCH_ROWS);
    for (Key key : pulls.keySet()) {
      // Who increments a counter just taken out is not counted: one pull of many.
      LongAdder count = pulls.remove(key);
      if (count != null) {
        batch.add(new Pulls(key.repository(), key.digest(), count.sum()));
      }
      if (batch.size() == BATCH_ROWS) {
        write(batch);
        batch.clear();
      }
    }
    write(batch);
  }

  private void write(List<Pulls> batch) {
    if (batch.isEmpty()) {
      return;
    }
    try {
      database.transactOnce(session -> counts.add(session, List.copyOf(batch)));
    } catch (RuntimeException e) {
      LOG.warnf("Pull records could not be written: %s", e.getMessage());
      batch.forEach(this::putBack);
    }
  }

  private void putBack(Pulls failed) {
    Key key = new Key(failed.repository(), failed.digest());
    if (pulls.size() < MANIFESTS_MAX) {
      pulls.computeIfAbsent(key, ignored -> new LongAdder()).add(failed.count());
    }
  }
}
