package io.deltaport.image.gc;

import io.deltaport.meta.Database;
import io.deltaport.meta.Uploads;
import io.deltaport.meta.Uploads.Expired;
import io.deltaport.meta.gc.GcPending;
import io.deltaport.meta.gc.Tally;
import io.deltaport.store.driver.Driver;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.util.List;
import java.util.UUID;

/** Ends upload sessions to which nothing comes any more, and removes their files. Thread-safe. */
@ApplicationScoped
class UploadStep implements GcStep {
  private static final int PAGE_SESSIONS = 500;
  private static final UUID FIRST = new UUID(0, 0);

  private final Database database;
  private final Uploads uploads;
  private final Driver driver;

  UploadStep(Database database, Uploads uploads, Driver driver) {
    this.database = database;
    this.uploads = uploads;
    this.driver = driver;
  }

  @Override
  public Order order() {
    return Order.UPLOADS;
  }

  @Override
  public void run(Context context) throws IOException {
    UUID last = FIRST;
    while (true) {
      UUID after = last;
      List<Expired> page =
          database.transact(session -> uploads.expired(session, after, PAGE_SESSIONS));
      for (Expired upload : page) {
        if (context.dryRun() || end(upload)) {
          context
              .report()
              .removed("upload", "nothing came to it", new Tally(1, upload.offsetBytes()));
        }
      }
      context.progress().update("uploads", 0, -1);
      if (page.size() < PAGE_SESSIONS) {
        return;
      }
      last = page.getLast().id();
    }
  }

  /** A crash after the transaction leaves the file to the search for files without a session. */
  private boolean end(Expired upload) throws IOException {
    boolean ended = database.transact(session -> uploads.endExpired(session, upload.id()));
    if (ended) {
      driver.discard(GcPending.PREFIX + upload.id());
    }
    return ended;
  }
}
