package io.deltaport.image.stats;

import io.deltaport.meta.StorageStats.Totals;
import java.util.Map;

/**
 * What is stored, and what it would take as plain blobs.
 *
 * @param totals as they were measured last
 * @param caches bytes of the caches of the server that was asked, by their names, as they are now
 */
public record Storage(Totals totals, Map<String, Long> caches) {
  public Storage {
    caches = Map.copyOf(caches);
  }

  /** Returns the bytes of everything that is stored, caches and database included. */
  public long storedBytes() {
    return totals.rawBytes()
        + totals.packBytes()
        + totals.recipeBytes()
        + totals.databaseBytes()
        + caches.values().stream().mapToLong(Long::longValue).sum();
  }

  /** Returns how much less is stored than the blobs would take; negative when it is more. */
  public long savedBytes() {
    return totals.blobBytes() - storedBytes();
  }
}
