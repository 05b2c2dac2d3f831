package io.deltaport.image.stats;

import io.deltaport.image.DiskCache;
import io.deltaport.meta.Database;
import io.deltaport.meta.StorageStats;
import io.deltaport.meta.StorageStats.RepositoryTotals;
import io.deltaport.meta.StorageStats.Totals;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Instance;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What was measured last, as the API and the metrics ask for it. Thread-safe. */
@ApplicationScoped
public class StatsRequests {
  private final Database database;
  private final StorageStats stats;
  private final Instance<DiskCache> caches;

  StatsRequests(Database database, StorageStats stats, @Any Instance<DiskCache> caches) {
    this.database = database;
    this.stats = stats;
    this.caches = caches;
  }

  /** Returns the sums over everything; empty when nothing was measured yet. */
  public Optional<Storage> storage() {
    Totals totals = database.transact(stats::totals);
    if (totals == null) {
      return Optional.empty();
    }
    Map<String, Long> bytes = new TreeMap<>();
    caches.forEach(cache -> bytes.put(cache.name(), cache.bytes()));
    return Optional.of(new Storage(totals, bytes));
  }

  /**
   * Returns at most {@code limit} repositories after {@code last} in the order of their names, or
   * the one of a name that is not empty.
   */
  public List<RepositoryTotals> repositories(String name, String last, int limit) {
    return database.transact(session -> stats.repositories(session, name, last, limit));
  }
}
