package io.deltaport.image.gc;

import io.deltaport.meta.Database;
import io.deltaport.meta.gc.GcFiles;
import io.deltaport.meta.gc.Tally;
import io.deltaport.store.driver.Driver;
import io.deltaport.store.driver.StoreLayout;
import io.deltaport.store.driver.StoredFile;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.util.List;

/**
 * Finds files of the store that have no row, and unlinks those that have had none for long.
 * Thread-safe. A dry run counts what earlier runs have found.
 */
@ApplicationScoped
class FileStep implements GcStep {
  private static final int PAGE_FILES = 1_000;
  private static final String KIND = "file";
  private static final String REASON = "it has no row";

  private final Database database;
  private final GcFiles files;
  private final Driver driver;

  FileStep(Database database, GcFiles files, Driver driver) {
    this.database = database;
    this.files = files;
    this.driver = driver;
  }

  @Override
  public Order order() {
    return Order.FILES;
  }

  @Override
  public void run(Context context) throws IOException {
    if (!context.dryRun()) {
      mark(context);
    }
    Tally gone =
        context.dryRun()
            ? database.transact(session -> files.count(session, KIND, true))
            : Sweeps.all(database, KIND, files::sweep, context);
    context.report().removed(KIND, REASON, gone);
    context
        .report()
        .waiting(KIND, REASON, database.transact(session -> files.count(session, KIND, false)));
  }

  private void mark(Context context) throws IOException {
    for (String folder :
        List.of(
            StoreLayout.BLOBS, StoreLayout.PACKS, StoreLayout.RECIPES, StoreLayout.BLOB_RECIPES)) {
      mark(folder, context);
    }
  }

  private void mark(String folder, Context context) throws IOException {
    String last = "";
    List<StoredFile> page;
    do {
      page = driver.list(folder, last, PAGE_FILES);
      List<StoredFile> found = page;
      List<StoredFile> orphans = database.transact(session -> files.orphans(session, found));
      database.transact(session -> files.mark(session, orphans));
      context.progress().update("files", 0, -1);
      last = page.isEmpty() ? last : page.getLast().key();
    } while (page.size() == PAGE_FILES);
  }
}
