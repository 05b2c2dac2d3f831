package io.deltaport.wiring;

import io.deltaport.image.gc.PullRecords;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Writes pull records while the server runs, and the last ones when it stops. */
@ApplicationScoped
class PullFlush {
  private final PullRecords pulls;
  private final Duration interval;
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("pull-records").daemon().factory());

  PullFlush(
      PullRecords pulls,
      @ConfigProperty(name = "deltaport.pulls.flush-interval") Duration interval) {
    this.pulls = pulls;
    this.interval = interval;
  }

  // flush() throws nothing that is no bug, and a bug may end the timer.
  @SuppressWarnings("FutureReturnValueIgnored")
  void start(@Observes StartupEvent event) {
    timer.scheduleWithFixedDelay(
        pulls::flush, interval.toMillis(), interval.toMillis(), TimeUnit.MILLISECONDS);
  }

  void stop(@Observes ShutdownEvent event) {
    timer.shutdown();
    pulls.flush();
  }
}
