package io.deltaport.image.scrub;

import io.quarkus.runtime.configuration.MemorySize;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** How often and how fast the scrub goes. Immutable. */
@ApplicationScoped
class ScrubSettings {
  private final long bytesPerSecond;
  private final Duration interval;

  ScrubSettings(
      @ConfigProperty(name = "deltaport.scrub.rate") MemorySize rate,
      @ConfigProperty(name = "deltaport.scrub.interval") Duration interval) {
    this.bytesPerSecond = rate.asLongValue();
    this.interval = interval;
  }

  /** Returns the bytes a second that a pass reads; 0 means without a limit. */
  long bytesPerSecond() {
    return bytesPerSecond;
  }

  /** Returns the time from the beginning of one pass to the next. */
  Duration interval() {
    return interval;
  }
}
