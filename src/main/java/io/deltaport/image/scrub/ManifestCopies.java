package io.deltaport.image.scrub;

import io.deltaport.meta.Database;
import io.deltaport.meta.ManifestEntity;
import io.deltaport.meta.ScrubRows;
import io.deltaport.meta.ScrubRows.ManifestRow;
import io.deltaport.oci.Digest;
import io.deltaport.oci.OciParser;
import io.deltaport.store.driver.Driver;
import io.deltaport.store.driver.StoreLayout;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/**
 * Finds a manifest's bytes wherever they are: in each repository that has it, and as a blob, since
 * deltas carry their target's manifest. Thread-safe.
 */
@ApplicationScoped
class ManifestCopies {
  private final Database database;
  private final ScrubRows rows;
  private final Driver driver;

  ManifestCopies(Database database, ScrubRows rows, Driver driver) {
    this.database = database;
    this.rows = rows;
    this.driver = driver;
  }

  /** Returns the bytes of a manifest, proved by its digest. */
  Optional<byte[]> find(Digest digest) throws IOException {
    for (ManifestRow row :
        database.transact(session -> rows.manifests(session, digest.toString()))) {
      ManifestEntity manifest = database.transact(session -> rows.manifest(session, row.id()));
      if (manifest != null && digest.matches(manifest.content)) {
        return Optional.of(manifest.content);
      }
    }
    return blob(digest);
  }

  private Optional<byte[]> blob(Digest digest) throws IOException {
    String key = StoreLayout.blob(digest);
    var file = driver.find(key);
    if (file.isEmpty() || file.get().lengthBytes() > OciParser.MANIFEST_BYTES_MAX) {
      return Optional.empty();
    }
    try (InputStream in = driver.read(key, 0, file.get().lengthBytes())) {
      return Optional.of(in.readAllBytes()).filter(digest::matches);
    }
  }
}
