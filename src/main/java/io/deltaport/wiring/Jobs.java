package io.deltaport.wiring;

import io.deltaport.image.scrub.ScrubMetrics;
import io.deltaport.image.stats.StorageMetrics;
import io.deltaport.job.BackgroundRunner;
import io.deltaport.job.JobRunner;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Takes jobs and background work while the server runs. */
@ApplicationScoped
class Jobs {
  private final JobRunner runner;
  private final BackgroundRunner background;
  private final ScrubMetrics metrics;
  private final StorageMetrics storage;
  private final boolean online;

  Jobs(
      JobRunner runner,
      BackgroundRunner background,
      ScrubMetrics metrics,
      StorageMetrics storage,
      @ConfigProperty(name = OfflineFsck.PROPERTY, defaultValue = "false") boolean offline) {
    this.runner = runner;
    this.background = background;
    this.metrics = metrics;
    this.storage = storage;
    this.online = !offline;
  }

  void start(@Observes StartupEvent event) {
    if (online) {
      runner.start();
      background.start();
      metrics.start();
      storage.start();
    }
  }

  void stop(@Observes ShutdownEvent event) {
    if (online) {
      storage.stop();
      metrics.stop();
      background.stop();
      runner.stop();
    }
  }
}
