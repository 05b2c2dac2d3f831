package io.deltaport.image;

import io.deltaport.layer.AbsorbedLayer;
import io.deltaport.layer.LayerAbsorber;
import io.deltaport.layer.NotAbsorbableException;
import io.deltaport.meta.Database;
import io.deltaport.meta.Layers;
import io.deltaport.meta.Layers.Layer;
import io.deltaport.meta.StoredObjects;
import io.deltaport.meta.Suspects;
import io.deltaport.oci.Descriptor;
import io.deltaport.oci.Digest;
import io.deltaport.store.driver.StoreLayout;
import io.deltaport.util.Progress;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import org.jboss.logging.Logger;

/**
 * Takes layer blobs apart, each once. Thread-safe; two jobs that need the same layer share the
 * work.
 */
@ApplicationScoped
class LayerAbsorption {
  private static final Logger LOG = Logger.getLogger(LayerAbsorption.class);

  private final LayerAbsorber absorber;
  private final BlobStore blobs;
  private final StoredObjects objects;
  private final Database database;
  private final Layers layers;
  private final Suspects suspects;
  private final KeyLocks locks = new KeyLocks();

  LayerAbsorption(
      LayerAbsorber absorber,
      BlobStore blobs,
      StoredObjects objects,
      Database database,
      Layers layers,
      Suspects suspects) {
    this.absorber = absorber;
    this.blobs = blobs;
    this.objects = objects;
    this.database = database;
    this.layers = layers;
    this.suspects = suspects;
  }

  /** Returns what became of the layer, absorbing it first when nobody has yet. */
  Layer absorb(Descriptor layer, Progress progress) throws IOException {
    return locks.locked(
        layer.digest(),
        () -> {
          Layer known = find(layer.digest());
          return known != null ? known : absorbNow(layer, progress);
        });
  }

  private Layer find(String digest) {
    return database.transact(session -> layers.find(session, List.of(digest))).get(digest);
  }

  private Layer absorbNow(Descriptor layer, Progress progress) throws IOException {
    Digest digest = layer.parsedDigest();
    try (InputStream blob = blobs.open(digest)) {
      AbsorbedLayer absorbed = absorber.absorb(blob, blobs.length(digest), progress);
      if (absorbed.pack().isPresent()) {
        objects.record(absorbed.pack().get());
      }
      Layer row =
          new Layer(
              layer.digest(),
              absorbed.diffId().toString(),
              StoreLayout.recipe(absorbed.diffId()),
              absorbed.tarLength(),
              null);
      database.transact(
          session ->
              layers.recordAbsorbed(session, row, absorbed.recipeLength(), absorbed.entries()));
      LOG.infof(
          "Absorbed layer %s: %d entries, %s",
          layer.digest(), absorbed.entries(), absorbed.statistics());
      return row;
    } catch (NotAbsorbableException e) {
      LOG.infof("Layer %s stays as it is: it %s", layer.digest(), e.getMessage());
      // A blob that was damaged since it was pushed looks like one that was never a tar.
      suspects.doubt("blob", layer.digest());
      database.transact(session -> layers.recordOpaque(session, layer.digest(), e.getMessage()));
      return new Layer(layer.digest(), null, null, 0, e.getMessage());
    }
  }
}
