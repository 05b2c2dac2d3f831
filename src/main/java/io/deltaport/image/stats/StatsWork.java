package io.deltaport.image.stats;

import io.deltaport.job.BackgroundWork;
import io.deltaport.meta.Database;
import io.deltaport.meta.StorageStats;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Adds up what is stored, again and again, for as long as that costs little. Thread-safe. */
@ApplicationScoped
class StatsWork implements BackgroundWork {
  private final Database database;
  private final StorageStats stats;
  private final Duration interval;
  private final boolean ownDatabase;

  StatsWork(
      Database database,
      StorageStats stats,
      @ConfigProperty(name = "deltaport.stats.interval") Duration interval,
      @ConfigProperty(name = "deltaport.database.url") Optional<String> databaseUrl) {
    this.database = database;
    this.stats = stats;
    this.interval = interval;
    this.ownDatabase = databaseUrl.filter(url -> !url.isEmpty()).isEmpty();
  }

  @Override
  public String name() {
    return "stats";
  }

  @Override
  public void run() {
    if (!database.transact(session -> stats.isDue(session, interval))) {
      return;
    }
    long began = System.nanoTime();
    database.transact(stats::measureRepositories);
    long bytes = database.transact(ownDatabase ? stats::clusterBytes : stats::databaseBytes);
    // The sums that follow take about as long as those before.
    long costMillis = 2 * Duration.ofNanos(System.nanoTime() - began).toMillis();
    database.transact(session -> stats.measure(session, costMillis, bytes));
  }
}
