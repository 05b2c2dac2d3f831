package io.deltaport.image.scrub;

import io.deltaport.meta.Database;
import io.deltaport.meta.ScrubRows;
import io.deltaport.meta.ScrubRows.FileRow;
import java.io.IOException;
import java.util.List;

/** Walks over the rows of a table with files. Thread-safe. */
final class FileStage implements Stage {
  private static final int PAGE_ROWS = 100;

  /** Bytes of files after which the cursor is stored: a restart reads so much again at most. */
  private static final long STEP_BYTES = 64L << 20;

  private final String name;
  private final FileScrub scrub;
  private final Database database;
  private final ScrubRows rows;

  FileStage(String name, FileScrub scrub, Database database, ScrubRows rows) {
    this.name = name;
    this.scrub = scrub;
    this.database = database;
    this.rows = rows;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Step step(Pass pass, String cursor) throws IOException {
    List<FileRow> page =
        database.transact(session -> rows.files(session, scrub.table(), cursor, PAGE_ROWS));
    if (page.isEmpty()) {
      return Step.END;
    }
    int items = 0;
    long bytes = 0;
    while (items < page.size() && bytes < STEP_BYTES) {
      FileRow row = page.get(items++);
      bytes += row.sizeBytes();
      scrub.check(pass, row);
    }
    return new Step(page.get(items - 1).name(), items);
  }
}
