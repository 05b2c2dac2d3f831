package io.deltaport.wiring;

import io.deltaport.image.keys.Signatures;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.common.annotation.Blocking;
import io.smallrye.health.api.Wellness;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.List;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.jboss.logging.Logger;

/**
 * Tells at the start, and at {@code /q/health/well}, of keys that cannot sign. Neither liveness nor
 * readiness depends on it: everything that needs no signature is served.
 */
@Wellness
@Blocking
@ApplicationScoped
class KeyHealth implements HealthCheck {
  private static final Logger LOG = Logger.getLogger(KeyHealth.class);

  private final Signatures signatures;

  KeyHealth(Signatures signatures) {
    this.signatures = signatures;
  }

  void start(@Observes StartupEvent event) {
    Thread.ofVirtual().name("keys-check").start(this::look);
  }

  private void look() {
    try {
      signatures.problems();
    } catch (RuntimeException e) {
      LOG.debugf(e, "The signing keys could not be looked at yet");
    }
  }

  @Override
  public HealthCheckResponse call() {
    List<String> problems = signatures.problems();
    var answer = HealthCheckResponse.named("signing keys").status(problems.isEmpty());
    for (int i = 0; i < problems.size(); i++) {
      answer.withData("problem" + (i + 1), problems.get(i));
    }
    return answer.build();
  }
}
