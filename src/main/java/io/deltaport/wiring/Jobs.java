package io.deltaport.wiring;

import io.deltaport.job.JobRunner;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;

/** Takes jobs while the server runs. */
@ApplicationScoped
class Jobs {
  private final JobRunner runner;

  Jobs(JobRunner runner) {
    this.runner = runner;
  }

  void start(@Observes StartupEvent event) {
    runner.start();
  }

  void stop(@Observes ShutdownEvent event) {
    runner.stop();
  }
}
