package io.deltaport.image.rebuild;

import io.deltaport.image.rebuild.RebuildReport.Rows;
import io.deltaport.layer.blob.BlobRecipe;
import io.deltaport.layer.blob.BlobRecipeException;
import io.deltaport.meta.BlobRecipeRestoration;
import io.deltaport.meta.Database;
import io.deltaport.oci.Digest;
import io.deltaport.store.driver.Driver;
import io.deltaport.store.driver.StoreLayout;
import io.deltaport.util.Progress;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.List;

/**
 * Rows of blob recipes, and whether the blobs that they make have files of their own. Thread-safe.
 */
@ApplicationScoped
class BlobRecipeRows {
  private static final String STAGE = "blob recipes";
  private static final int PAGE_BLOBS = 500;

  private final Database database;
  private final BlobRecipeRestoration rows;
  private final Driver driver;

  BlobRecipeRows(Database database, BlobRecipeRestoration rows, Driver driver) {
    this.database = database;
    this.rows = rows;
    this.driver = driver;
  }

  /**
   * Reads every blob recipe and writes the rows of those that have none, after those of recipes.
   *
   * @param restore false to count only
   */
  Rows check(boolean restore, Problems problems, Progress progress) throws IOException {
    long[] counts = new long[3];
    new StoredFiles(driver, progress)
        .each(
            StoreLayout.BLOB_RECIPES,
            STAGE,
            (file, name) -> {
              try {
                Digest blob = Digest.parse(name);
                BlobRecipe.verify(driver, blob);
                BlobRecipe recipe = BlobRecipe.open(driver, blob);
                boolean known = database.transact(session -> rows.isKnown(session, name));
                counts[0]++;
                counts[1] += known ? 0 : 1;
                if (restore && !known) {
                  counts[2] +=
                      database.transact(
                          session -> rows.restore(session, recipe, file.lengthBytes()));
                }
              } catch (BlobRecipeException | NoSuchFileException e) {
                problems.add(file.key(), e);
              }
            });
    return new Rows(counts[0], counts[1], counts[2]);
  }

  /** Counts blobs without files that no row tells how to make. */
  long countLost() {
    return database.transact(rows::countLost);
  }

  /**
   * Lets blobs be made from their recipes whose files are not there, though the rows, older than
   * the files, say so. Returns how many.
   */
  long markCold() throws IOException {
    long marked = 0;
    String last = "";
    List<String> page;
    do {
      String after = last;
      page = database.transact(session -> rows.rawWithRecipe(session, after, PAGE_BLOBS));
      for (String digest : page) {
        if (driver.find(StoreLayout.blob(Digest.parse(digest))).isEmpty()) {
          marked += database.transact(session -> rows.markCold(session, digest));
        }
        last = digest;
      }
    } while (page.size() == PAGE_BLOBS);
    return marked;
  }
}
