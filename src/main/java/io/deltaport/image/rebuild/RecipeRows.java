package io.deltaport.image.rebuild;

import io.deltaport.image.rebuild.RebuildReport.Rows;
import io.deltaport.layer.RecipeFormatException;
import io.deltaport.layer.RecipeReader;
import io.deltaport.layer.RecipeRecord;
import io.deltaport.meta.Database;
import io.deltaport.meta.RowRestoration;
import io.deltaport.oci.Digest;
import io.deltaport.ostree.Checksum;
import io.deltaport.store.ObjectIndex;
import io.deltaport.store.driver.Driver;
import io.deltaport.store.driver.StoreLayout;
import io.deltaport.util.Progress;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.HashSet;
import java.util.Set;

/** Rows of recipes, and the objects that recipes need. Thread-safe. */
@ApplicationScoped
class RecipeRows {
  private static final String STAGE = "recipes";

  /** Objects without a row that are looked for in packs: enough to know that rows were lost. */
  static final int WANTED_MAX = 100_000;

  private final Database database;
  private final RowRestoration rows;
  private final Driver driver;

  RecipeRows(Database database, RowRestoration rows, Driver driver) {
    this.database = database;
    this.rows = rows;
    this.driver = driver;
  }

  /**
   * Reads every recipe and writes the rows of those that have none.
   *
   * @param restore false to count only
   * @param wanted receives objects that recipes with rows need and that have no row themselves
   */
  Rows check(boolean restore, Set<Checksum> wanted, Problems problems, Progress progress)
      throws IOException {
    long[] counts = new long[3];
    new StoredFiles(driver, progress)
        .each(
            StoreLayout.RECIPES,
            STAGE,
            (file, name) -> {
              try (RecipeReader recipe = RecipeReader.open(driver, Digest.parse(name))) {
                boolean known = database.transact(session -> rows.hasRecipe(session, name));
                read(recipe, known && !restore ? wanted : null);
                counts[0]++;
                counts[1] += known ? 0 : 1;
                if (restore && !known) {
                  counts[2] +=
                      database.transact(
                          session ->
                              rows.restoreRecipe(
                                  session, recipe.info(), file.key(), file.lengthBytes()));
                }
              } catch (RecipeFormatException | NoSuchFileException e) {
                problems.add(file.key(), e);
              }
            });
    return new Rows(counts[0], counts[1], counts[2]);
  }

  /** Reads to the end, where the recipe's digest is compared. */
  private void read(RecipeReader recipe, Set<Checksum> wanted) throws IOException {
    Set<Checksum> batch = new HashSet<>();
    for (RecipeRecord next = recipe.next(); next != null; next = recipe.next()) {
      if (wanted != null && wanted.size() < WANTED_MAX) {
        if (next instanceof RecipeRecord.Content content) {
          batch.add(content.object());
        } else if (next instanceof RecipeRecord.Entry entry && entry.object() != null) {
          batch.add(entry.object());
        }
        if (batch.size() == ObjectIndex.BATCH_MAX) {
          addAbsent(batch, wanted);
        }
      }
    }
    if (wanted != null) {
      addAbsent(batch, wanted);
    }
  }

  private void addAbsent(Set<Checksum> batch, Set<Checksum> wanted) {
    if (!batch.isEmpty()) {
      Set<Checksum> asked = Set.copyOf(batch);
      wanted.addAll(database.transact(session -> rows.absent(session, asked)));
      batch.clear();
    }
  }
}
