package io.deltaport.wiring;

import io.deltaport.image.ManifestCache;
import io.deltaport.image.remote.Remotes;
import io.deltaport.meta.ManifestChanges;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.List;

/** Tells the manifests and OSTree remotes in memory of changes while the server runs. */
@ApplicationScoped
class ManifestFeed {
  private final ManifestChanges changes;
  private final ManifestCache manifests;
  private final Remotes remotes;

  ManifestFeed(ManifestChanges changes, ManifestCache manifests, Remotes remotes) {
    this.changes = changes;
    this.manifests = manifests;
    this.remotes = remotes;
  }

  void start(@Observes StartupEvent event) {
    changes.start(List.of(manifests, remotes));
  }

  void stop(@Observes ShutdownEvent event) {
    changes.stop();
  }
}
