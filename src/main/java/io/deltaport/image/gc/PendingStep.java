package io.deltaport.image.gc;

import io.deltaport.meta.Database;
import io.deltaport.meta.gc.GcFiles;
import io.deltaport.meta.gc.GcPending;
import io.deltaport.meta.gc.Tally;
import io.deltaport.store.driver.Driver;
import io.deltaport.store.driver.StoredFile;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.util.List;

/** Finds files of uploads without a session, and removes those that have had none for long. */
@ApplicationScoped
class PendingStep implements GcStep {
  private static final int PAGE_FILES = 1_000;
  private static final String KIND = "pending";
  private static final String REASON = "its upload session is gone";

  private final Database database;
  private final GcPending pending;
  private final GcFiles files;
  private final Driver driver;

  PendingStep(Database database, GcPending pending, GcFiles files, Driver driver) {
    this.database = database;
    this.pending = pending;
    this.files = files;
    this.driver = driver;
  }

  @Override
  public Order order() {
    return Order.PENDING;
  }

  @Override
  public void run(Context context) throws IOException {
    if (!context.dryRun()) {
      mark();
    }
    Tally gone =
        context.dryRun()
            ? database.transact(session -> files.count(session, KIND, true))
            : Sweeps.all(database, KIND, pending::sweep, context);
    context.report().removed(KIND, REASON, gone);
    context
        .report()
        .waiting(KIND, REASON, database.transact(session -> files.count(session, KIND, false)));
  }

  private void mark() throws IOException {
    String last = "";
    List<StoredFile> page;
    do {
      page = driver.listPending(last, PAGE_FILES);
      List<StoredFile> found = page;
      List<StoredFile> orphans = database.transact(session -> pending.orphans(session, found));
      database.transact(session -> pending.mark(session, orphans));
      last = page.isEmpty() ? last : page.getLast().key();
    } while (page.size() == PAGE_FILES);
  }
}
