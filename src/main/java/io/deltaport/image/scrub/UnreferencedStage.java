package io.deltaport.image.scrub;

import io.deltaport.meta.Database;
import io.deltaport.meta.ScrubRows;
import io.deltaport.meta.ScrubRows.FileTable;
import io.deltaport.meta.ScrubRuns;
import io.deltaport.store.driver.Driver;
import io.deltaport.store.driver.StoreLayout;
import io.deltaport.store.driver.StoredFile;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Counts files that no row knows: what crashed pushes and jobs left behind, for garbage collection
 * to remove. Thread-safe. They are no damage.
 */
@ApplicationScoped
class UnreferencedStage implements Stage {
  private static final int PAGE_FILES = 500;

  /** A push writes the file first and the row soon after. */
  private static final Duration YOUNG = Duration.ofHours(1);

  private static final List<String> PREFIXES =
      List.of(StoreLayout.BLOB_RECIPES, StoreLayout.BLOBS, StoreLayout.PACKS, StoreLayout.RECIPES);

  private final Database database;
  private final ScrubRows rows;
  private final ScrubRuns runs;
  private final Driver driver;

  UnreferencedStage(Database database, ScrubRows rows, ScrubRuns runs, Driver driver) {
    this.database = database;
    this.rows = rows;
    this.runs = runs;
    this.driver = driver;
  }

  @Override
  public String name() {
    return "files";
  }

  @Override
  public Step step(Pass pass, String cursor) throws IOException {
    List<StoredFile> page = new ArrayList<>();
    for (String prefix : PREFIXES) {
      if (page.isEmpty() && cursor.compareTo(prefix + "\uffff") < 0) {
        page.addAll(driver.list(prefix, cursor, PAGE_FILES));
      }
    }
    if (page.isEmpty()) {
      return Step.END;
    }
    count(pass, page);
    return new Step(page.getLast().key(), page.size());
  }

  private void count(Pass pass, List<StoredFile> page) {
    FileTable table = table(page.getFirst().key());
    Map<String, StoredFile> files = new HashMap<>();
    page.forEach(file -> files.put(name(table, file.key()), file));
    Set<String> known = database.transact(session -> rows.known(session, table, files.keySet()));
    files.keySet().removeAll(known);
    Instant young = Instant.now().minus(YOUNG);
    files.values().removeIf(file -> file.modified().isAfter(young));
    if (!files.isEmpty()) {
      long bytes = files.values().stream().mapToLong(StoredFile::lengthBytes).sum();
      database.transactOnce(
          session -> runs.addUnreferenced(session, pass.run(), files.size(), bytes));
    }
  }

  private static FileTable table(String key) {
    if (key.startsWith(StoreLayout.BLOBS)) {
      return FileTable.BLOB;
    }
    if (key.startsWith(StoreLayout.BLOB_RECIPES)) {
      return FileTable.BLOB_RECIPE;
    }
    return key.startsWith(StoreLayout.PACKS) ? FileTable.PACK : FileTable.RECIPE;
  }

  /** Returns what the row of a file would be named. */
  private static String name(FileTable table, String key) {
    String[] segments = key.split("/", -1);
    String last = segments[segments.length - 1];
    int dot = last.indexOf('.');
    String stem = dot < 0 ? last : last.substring(0, dot);
    return table == FileTable.PACK ? stem : segments[1] + ":" + stem;
  }
}
