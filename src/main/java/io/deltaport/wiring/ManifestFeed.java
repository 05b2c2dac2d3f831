package io.deltaport.wiring;

import io.deltaport.image.ManifestCache;
import io.deltaport.meta.ManifestChanges;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;

/** Tells the manifests in memory of changes while the server runs. */
@ApplicationScoped
class ManifestFeed {
  private final ManifestChanges changes;
  private final ManifestCache cache;

  ManifestFeed(ManifestChanges changes, ManifestCache cache) {
    this.changes = changes;
    this.cache = cache;
  }

  void start(@Observes StartupEvent event) {
    changes.start(cache);
  }

  void stop(@Observes ShutdownEvent event) {
    changes.stop();
  }
}
