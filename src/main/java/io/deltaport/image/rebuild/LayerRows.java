package io.deltaport.image.rebuild;

import io.deltaport.delta.ocidelta.DeltaImage;
import io.deltaport.image.rebuild.RebuildReport.Rows;
import io.deltaport.layer.LayerDigest;
import io.deltaport.layer.LayerLimits;
import io.deltaport.layer.NotAbsorbableException;
import io.deltaport.layer.blob.BlobRecipe;
import io.deltaport.layer.blob.BlobRecipeException;
import io.deltaport.meta.Database;
import io.deltaport.meta.ManifestEntity;
import io.deltaport.meta.RowRestoration;
import io.deltaport.meta.ScrubRows;
import io.deltaport.oci.Digest;
import io.deltaport.oci.OciFormatException;
import io.deltaport.oci.OciParser;
import io.deltaport.store.driver.Driver;
import io.deltaport.store.driver.StoreLayout;
import io.deltaport.util.Progress;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.Optional;

/**
 * Rows that tell which tar a layer blob holds. Thread-safe.
 *
 * <p>The config of an image says so of its layers, but whoever pushed it may have written anything:
 * a row is written only of what the blob itself shows.
 */
@ApplicationScoped
class LayerRows {
  private static final String STAGE = "layers";
  private static final int PAGE_IMAGES = 200;

  private final Database database;
  private final RowRestoration rows;
  private final ScrubRows manifests;
  private final Driver driver;
  private final LayerLimits limits;

  LayerRows(
      Database database,
      RowRestoration rows,
      ScrubRows manifests,
      Driver driver,
      LayerLimits limits) {
    this.database = database;
    this.rows = rows;
    this.manifests = manifests;
    this.driver = driver;
    this.limits = limits;
  }

  /** Counts images with layers of which no row tells what became of them. */
  Rows count() {
    long images = database.transact(rows::countWithoutLayer);
    return new Rows(images, images, 0);
  }

  /** Writes the rows of the layers of all images that have recipes. */
  Rows restore(Problems problems, Progress progress) throws IOException {
    long[] counts = new long[3];
    long last = 0;
    List<Long> page;
    do {
      long after = last;
      page = database.transact(session -> rows.withoutLayer(session, after, PAGE_IMAGES));
      for (long id : page) {
        ManifestEntity manifest = database.transact(session -> manifests.manifest(session, id));
        if (manifest != null) {
          restore(manifest, counts, problems, progress);
        }
        last = id;
      }
    } while (page.size() == PAGE_IMAGES);
    return new Rows(counts[0], counts[1], counts[2]);
  }

  private void restore(ManifestEntity manifest, long[] counts, Problems problems, Progress progress)
      throws IOException {
    DeltaImage image;
    try {
      image = image(manifest);
    } catch (OciFormatException | NoSuchFileException e) {
      problems.add("image " + manifest.digest, e);
      return;
    }
    for (int i = 0; i < image.layers().size(); i++) {
      String layer = image.layers().get(i).digest();
      Digest claimed = image.diffId(i);
      counts[0]++;
      if (database.transact(session -> rows.hasLayer(session, layer))) {
        continue;
      }
      counts[1]++;
      if (database.transact(session -> rows.hasRecipe(session, claimed.toString()))) {
        Optional<Digest> actual = diffId(Digest.parse(layer), progress);
        if (actual.isPresent()) {
          String diffId = actual.get().toString();
          counts[2] += database.transact(session -> rows.restoreLayer(session, layer, diffId));
        }
      }
    }
  }

  private DeltaImage image(ManifestEntity manifest) throws IOException {
    byte[] config;
    try (InputStream in = open(Digest.parse(manifest.configDigest))) {
      config = in.readNBytes(OciParser.MANIFEST_BYTES_MAX + 1);
    }
    return DeltaImage.parse(Digest.parse(manifest.digest), manifest.content, config);
  }

  private InputStream open(Digest blob) throws IOException {
    String key = StoreLayout.blob(blob);
    return driver.read(key, 0, driver.length(key));
  }

  /**
   * Finds out which tar a blob holds: a blob recipe was proved before it was published; else the
   * blob is expanded. Empty when that cannot be known.
   */
  private Optional<Digest> diffId(Digest blob, Progress progress) throws IOException {
    try {
      BlobRecipe.verify(driver, blob);
      return Optional.of(BlobRecipe.open(driver, blob).diffId());
    } catch (NoSuchFileException | BlobRecipeException e) {
      return expandedDiffId(blob, progress);
    }
  }

  private Optional<Digest> expandedDiffId(Digest blob, Progress progress) throws IOException {
    try (InputStream in = open(blob)) {
      return Optional.of(LayerDigest.of(in, limits, bytes -> progress.update(STAGE, bytes, -1)));
    } catch (NoSuchFileException | NotAbsorbableException e) {
      return Optional.empty();
    }
  }
}
