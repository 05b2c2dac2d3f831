package io.deltaport.image.repack;

import io.deltaport.store.ObjectLocation;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;

/** Whether, how fast and how hard packs are rewritten. Immutable. */
@ApplicationScoped
class RepackSettings {
  /** Higher levels of zstd take windows that readers do not allow. */
  private static final int LEVEL_MAX = 19;

  private final boolean enabled;
  private final long bytesPerSecond;
  private final int level;
  private final int depth;
  private final Duration interval;

  RepackSettings(RepackConfig config) {
    this.enabled = config.enabled();
    this.bytesPerSecond = config.rate().asLongValue();
    this.level = within("level", config.level(), 1, LEVEL_MAX);
    this.depth = within("depth", config.depth(), 0, ObjectLocation.ANCESTORS_MAX);
    this.interval = config.interval();
  }

  private static int within(String name, int value, int min, int max) {
    if (value < min || value > max) {
      throw new IllegalArgumentException(
          "deltaport.repack.%s is from %d to %d, not %d".formatted(name, min, max, value));
    }
    return value;
  }

  boolean enabled() {
    return enabled;
  }

  /** Returns the bytes of objects that are gone through in a second; 0 means without a limit. */
  long bytesPerSecond() {
    return bytesPerSecond;
  }

  int level() {
    return level;
  }

  /** Returns how many others must be read at most for an object. */
  int depth() {
    return depth;
  }

  Duration interval() {
    return interval;
  }
}
