package io.deltaport.image.stats;

import io.deltaport.meta.MetadataException;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jboss.logging.Logger;

/**
 * What monitoring sees of the storage. Thread-safe. The label {@code kind} is one of few words, and
 * never a name that somebody chose.
 */
@ApplicationScoped
public class StorageMetrics {
  private static final Logger LOG = Logger.getLogger(StorageMetrics.class);
  private static final Duration REFRESH = Duration.ofSeconds(15);

  private final StatsRequests requests;
  private final MultiGauge logical;
  private final MultiGauge stored;
  private volatile double savedBytes;
  private volatile double measuredSeconds;
  private Thread refresher;

  StorageMetrics(MeterRegistry registry, StatsRequests requests) {
    this.requests = requests;
    this.logical =
        MultiGauge.builder("deltaport.storage.logical")
            .baseUnit("bytes")
            .description("What the images of all tags take: each whole, or each blob once")
            .register(registry);
    this.stored =
        MultiGauge.builder("deltaport.storage.stored")
            .baseUnit("bytes")
            .description("What is stored")
            .register(registry);
    registry.gauge("deltaport.storage.saved.bytes", this, m -> m.savedBytes);
    registry.gauge("deltaport.storage.measured.timestamp.seconds", this, m -> m.measuredSeconds);
  }

  /** Begins to look up what was measured. */
  public void start() {
    refresher = Thread.ofVirtual().name("storage-metrics").start(this::refreshUntilStopped);
  }

  /** Ends that. */
  public void stop() {
    refresher.interrupt();
  }

  private void refreshUntilStopped() {
    try {
      while (true) {
        refresh();
        Thread.sleep(REFRESH);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void refresh() {
    try {
      requests.storage().ifPresent(this::show);
    } catch (MetadataException e) {
      LOG.debugf(e, "The figures of the storage stay as they are");
    }
  }

  private void show(Storage storage) {
    var totals = storage.totals();
    logical.register(
        List.of(row("images", totals.imageBytes()), row("blobs", totals.blobBytes())), true);
    List<MultiGauge.Row<Number>> rows = new ArrayList<>();
    rows.add(row("blobs", totals.rawBytes()));
    rows.add(row("packs", totals.packBytes()));
    rows.add(row("recipes", totals.recipeBytes()));
    rows.add(row("database", totals.databaseBytes()));
    storage.caches().forEach((name, bytes) -> rows.add(row("cache-" + name, bytes)));
    stored.register(rows, true);
    savedBytes = storage.savedBytes();
    measuredSeconds = totals.measuredAt().getEpochSecond();
  }

  private static MultiGauge.Row<Number> row(String kind, long bytes) {
    return MultiGauge.Row.of(Tags.of("kind", kind), bytes);
  }
}
