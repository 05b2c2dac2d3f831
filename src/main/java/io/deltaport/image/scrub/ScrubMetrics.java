package io.deltaport.image.scrub;

import io.deltaport.meta.Database;
import io.deltaport.meta.MetadataException;
import io.deltaport.meta.ScrubFindings;
import io.deltaport.meta.ScrubFindings.Damage;
import io.deltaport.meta.ScrubFindings.OpenCount;
import io.deltaport.meta.ScrubRuns;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.List;
import org.jboss.logging.Logger;

/**
 * What monitoring sees of the scrub. Thread-safe.
 *
 * <p>Labels are kinds, damages and outcomes only: never a name, so that their number is bounded.
 * What stands in the database is the same on every server, and is looked up now and then, since a
 * scrape must not wait for it.
 */
@ApplicationScoped
public class ScrubMetrics {
  private static final Logger LOG = Logger.getLogger(ScrubMetrics.class);
  private static final Duration REFRESH = Duration.ofSeconds(15);

  private final MeterRegistry registry;
  private final Database database;
  private final ScrubRuns runs;
  private final ScrubFindings findings;
  private final Counter bytes;
  private final MultiGauge open;
  private volatile double lastSuccessSeconds;
  private Thread refresher;

  ScrubMetrics(MeterRegistry registry, Database database, ScrubRuns runs, ScrubFindings findings) {
    this.registry = registry;
    this.database = database;
    this.runs = runs;
    this.findings = findings;
    this.bytes =
        Counter.builder("deltaport.scrub.read")
            .baseUnit("bytes")
            .description("Bytes that the scrub has read")
            .register(registry);
    this.open =
        MultiGauge.builder("deltaport.scrub.open.findings")
            .description("Damage that is not repaired")
            .register(registry);
    registry.gauge(
        "deltaport.scrub.last.success.timestamp.seconds", this, m -> m.lastSuccessSeconds);
  }

  void read(long count) {
    bytes.increment((double) count);
  }

  void found(Damage damage) {
    registry
        .counter("deltaport.scrub.findings", "kind", damage.kind(), "damage", damage.damage())
        .increment();
  }

  /** Begins to look up what stands in the database. */
  public void start() {
    refresher = Thread.ofVirtual().name("scrub-metrics").start(this::refreshUntilStopped);
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
      lastSuccessSeconds = database.transact(runs::lastSuccessSeconds);
      List<OpenCount> counts = database.transact(findings::openCounts);
      open.register(
          counts.stream()
              .map(
                  count ->
                      MultiGauge.Row.of(
                          Tags.of("kind", count.kind(), "outcome", count.outcome()), count.count()))
              .toList(),
          true);
    } catch (MetadataException e) {
      LOG.debugf(e, "The figures of the scrub stay as they are");
    }
  }
}
