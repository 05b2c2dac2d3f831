package io.deltaport.image.repack;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import java.time.Duration;

/** The settings below {@code deltaport.repack}. */
@ConfigMapping(prefix = "deltaport.repack")
interface RepackConfig {
  /** Whether packs are rewritten at all. */
  boolean enabled();

  /** Bytes of objects a second; 0 means without a limit. */
  MemorySize rate();

  /** How hard zstd tries, from 1 to 19. */
  int level();

  /** Objects that have to be read at most before another one can be, from 0 to 8. */
  int depth();

  /** How often packs are looked for of which much is dead; 0 means never. */
  Duration interval();
}
