package io.deltaport.image;

import io.deltaport.layer.FlatNode;
import io.deltaport.layer.FlatTree;
import io.deltaport.layer.RecipeReader;
import io.deltaport.layer.RecipeRecord;
import io.deltaport.meta.StoredObjects;
import io.deltaport.oci.Digest;
import io.deltaport.ostree.Checksum;
import io.deltaport.store.CachedObjectIndex;
import io.deltaport.store.ObjectReader;
import io.deltaport.store.driver.Driver;
import io.deltaport.store.pack.MemoryObjectIndex;
import io.deltaport.store.pack.PackedObjects;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.util.HashSet;
import java.util.Set;

/**
 * Reads the objects of a delta with a few look-ups in the database instead of one for each.
 * Thread-safe.
 */
@ApplicationScoped
class DeltaObjects {
  private final Driver driver;
  private final StoredObjects stored;

  DeltaObjects(Driver driver, StoredObjects stored) {
    this.driver = driver;
    this.stored = stored;
  }

  /** Returns a reader of whatever is stored, with a look-up for each object. */
  ObjectReader all() {
    return PackedObjects.verifying(driver, new CachedObjectIndex(stored));
  }

  /** Returns a reader of all files of a tree and all contents of some layers. */
  ObjectReader of(FlatTree source, Set<Digest> targetLayers) throws IOException {
    Set<Checksum> wanted = new HashSet<>();
    source.walk(
        (path, node) -> {
          if (node instanceof FlatNode.File file && file.kind().isRegular()) {
            wanted.add(file.object());
          }
        });
    for (Digest diffId : targetLayers) {
      try (RecipeReader recipe = RecipeReader.open(driver, diffId)) {
        for (RecipeRecord next = recipe.next(); next != null; next = recipe.next()) {
          if (next instanceof RecipeRecord.Content content) {
            wanted.add(content.object());
          }
        }
      }
    }
    MemoryObjectIndex index = new MemoryObjectIndex();
    index.addFrom(stored, wanted);
    return PackedObjects.verifying(driver, index);
  }
}
