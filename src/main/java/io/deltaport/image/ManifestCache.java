package io.deltaport.image;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.deltaport.meta.ManifestChanges;
import io.deltaport.meta.ManifestEntity;
import io.quarkus.runtime.configuration.MemorySize;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.Supplier;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Manifests that were asked for lately, by tag and by digest. Thread-safe; {@link #get} never
 * blocks.
 *
 * <p>An entry goes as soon as this server changes it or hears from the database that someone did.
 * While the server cannot hear, nothing is kept: so what another server deleted is served for as
 * long as a notification takes, and when the connection breaks without a word for two heartbeats of
 * {@link ManifestChanges} at most. Absence is never kept.
 */
@ApplicationScoped
public class ManifestCache implements ManifestChanges.Listener {
  /** What an entry takes beside its content: keys, entity, the cache's own records. */
  private static final int ENTRY_BYTES = 1_000;

  /** Counters of changes; references share them, which costs a missed caching now and then. */
  private static final int STRIPES = 1_024;

  private record Key(String repository, String reference) {}

  private final Cache<Key, ManifestEntity> manifests;
  private final AtomicLongArray changes = new AtomicLongArray(STRIPES);
  private volatile boolean hearing;

  ManifestCache(@ConfigProperty(name = "deltaport.manifest.cache") MemorySize size) {
    this.manifests =
        Caffeine.newBuilder()
            .maximumWeight(size.asLongValue())
            .weigher((Key key, ManifestEntity manifest) -> ENTRY_BYTES + manifest.content.length)
            .build();
  }

  /** Returns the manifest when it is in memory, else null. */
  ManifestEntity get(String repository, String reference) {
    return hearing ? manifests.getIfPresent(new Key(repository, reference)) : null;
  }

  /**
   * Loads a manifest and keeps it, unless it changed meanwhile.
   *
   * @param load reads it from the database; null when there is none
   */
  ManifestEntity load(String repository, String reference, Supplier<ManifestEntity> load) {
    Key key = new Key(repository, reference);
    int stripe = stripe(key);
    long seen = changes.get(stripe);
    ManifestEntity loaded = load.get();
    if (loaded != null && hearing) {
      // Whoever changes it counts first and removes the entry then, so it cannot slip in between.
      manifests.asMap().compute(key, (same, old) -> changes.get(stripe) == seen ? loaded : null);
    }
    return loaded;
  }

  @Override
  public void changed(String repository, String reference) {
    Key key = new Key(repository, reference);
    changes.incrementAndGet(stripe(key));
    manifests.invalidate(key);
  }

  /** Forgets everything of a repository. */
  void changed(String repository) {
    countAll();
    manifests.asMap().keySet().removeIf(key -> key.repository().equals(repository));
  }

  @Override
  public void listening() {
    forgetAll();
    hearing = true;
  }

  @Override
  public void deaf() {
    hearing = false;
    forgetAll();
  }

  /** Does at once what the cache would do by and by. */
  void cleanUp() {
    manifests.cleanUp();
  }

  private void forgetAll() {
    countAll();
    manifests.invalidateAll();
  }

  private void countAll() {
    for (int i = 0; i < STRIPES; i++) {
      changes.incrementAndGet(i);
    }
  }

  private static int stripe(Key key) {
    return Math.floorMod(key.hashCode(), STRIPES);
  }
}
