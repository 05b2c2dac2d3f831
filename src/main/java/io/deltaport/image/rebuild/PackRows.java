package io.deltaport.image.rebuild;

import io.deltaport.meta.Database;
import io.deltaport.meta.RowRestoration;
import io.deltaport.meta.RowRestoration.Comparison;
import io.deltaport.meta.ScrubRows;
import io.deltaport.meta.ScrubRows.FileRow;
import io.deltaport.meta.ScrubRows.FileTable;
import io.deltaport.ostree.Checksum;
import io.deltaport.store.ObjectIndex;
import io.deltaport.store.driver.Driver;
import io.deltaport.store.driver.StoreLayout;
import io.deltaport.store.pack.PackEntry;
import io.deltaport.store.pack.PackFormatException;
import io.deltaport.store.pack.PackIndexReader;
import io.deltaport.store.pack.PackReader;
import io.deltaport.util.Progress;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Rows of packs and of the objects in them. Thread-safe.
 *
 * <p>An index is read to its end, where its digest is compared, before a row is made of it. Memory
 * holds one batch of entries.
 */
@ApplicationScoped
class PackRows {
  private static final String CHECK = "packs";
  private static final String RESTORE = "objects";

  /**
   * Rounds over all packs: each places what has its base among what was placed before. No chain of
   * bases that readers follow is longer.
   */
  private static final int ROUNDS_MAX = 16;

  private static final int PAGE_ROWS = 500;

  private final Database database;
  private final RowRestoration rows;
  private final ScrubRows scrubRows;
  private final Driver driver;

  PackRows(Database database, RowRestoration rows, ScrubRows scrubRows, Driver driver) {
    this.database = database;
    this.rows = rows;
    this.scrubRows = scrubRows;
    this.driver = driver;
  }

  /** What a look at all packs has found. Not thread-safe. */
  static final class Found {
    long packs;
    long packsWithoutRow;
    long objects;
    long objectsWithoutRow;
    long wrong;

    /** Objects that were asked for and are in a pack. */
    final Set<Checksum> present = new HashSet<>();

    /** Packs whose objects have rows that do not tell what the pack tells. */
    final List<String> contradicted = new ArrayList<>();
  }

  /**
   * Compares every pack that can be read with its rows.
   *
   * @param wanted objects to look for
   */
  Found check(Set<Checksum> wanted, Problems problems, Progress progress) throws IOException {
    Found found = new Found();
    new StoredFiles(driver, progress)
        .each(
            StoreLayout.PACKS,
            CHECK,
            (file, pack) -> {
              try {
                check(pack, wanted, found);
              } catch (PackFormatException | NoSuchFileException e) {
                problems.add(file.key(), e);
              }
            });
    return found;
  }

  private void check(String pack, Set<Checksum> wanted, Found found) throws IOException {
    FileRow row = database.transact(session -> scrubRows.file(session, FileTable.PACK, pack));
    long[] counts = new long[4];
    eachBatch(
        pack,
        batch -> {
          Comparison compared = database.transact(session -> rows.compare(session, pack, batch));
          counts[0] += batch.size();
          counts[1] += compared.absent();
          counts[2] += compared.here();
          counts[3] += compared.wrong();
          batch.stream()
              .map(PackEntry::object)
              .filter(wanted::contains)
              .forEach(found.present::add);
        });
    long surplus = database.transact(session -> rows.placed(session, pack)) - counts[2];
    found.packs++;
    found.packsWithoutRow += row == null ? 1 : 0;
    found.objects += counts[0];
    found.objectsWithoutRow += counts[1];
    found.wrong += counts[3] + surplus;
    if (counts[3] + surplus > 0) {
      found.contradicted.add(pack);
    }
  }

  /** How many rows of packs and objects were written. */
  record Restored(long packs, long objects) {}

  /**
   * Writes rows for everything in packs that can be read: first what needs no base, then what has
   * one with a row, until nothing is left. Rows that are there and right stay as they are.
   *
   * @param contradicted packs whose objects lose their rows first
   */
  Restored restore(List<String> contradicted, Progress progress) throws IOException {
    for (String pack : contradicted) {
      database.transact(session -> rows.forgetObjects(session, pack));
    }
    forgetMissing();
    long packs = 0;
    long objects = 0;
    for (int round = 0; round < ROUNDS_MAX; round++) {
      Restored more = round(progress);
      packs += more.packs();
      objects += more.objects();
      if (more.objects() == 0) {
        break;
      }
    }
    return new Restored(packs, objects);
  }

  /** Objects of packs without a file may have copies in others. */
  private void forgetMissing() throws IOException {
    String last = "";
    List<FileRow> page;
    do {
      String after = last;
      page =
          database.transact(session -> scrubRows.files(session, FileTable.PACK, after, PAGE_ROWS));
      for (FileRow row : page) {
        if (driver.find(StoreLayout.pack(row.name())).isEmpty()) {
          database.transact(session -> rows.forgetObjects(session, row.name()));
        }
        last = row.name();
      }
    } while (page.size() == PAGE_ROWS);
  }

  private Restored round(Progress progress) throws IOException {
    long[] placed = new long[2];
    new StoredFiles(driver, progress)
        .each(
            StoreLayout.PACKS,
            RESTORE,
            (file, pack) -> {
              try {
                if (isWhole(pack)) {
                  placed[0] +=
                      database.transact(
                          session -> rows.restorePack(session, pack, file.lengthBytes()));
                  eachBatch(
                      pack,
                      batch ->
                          placed[1] +=
                              database.transact(
                                  session -> rows.restoreObjects(session, pack, batch)));
                }
              } catch (PackFormatException | NoSuchFileException e) {
                // Told when the packs were looked at.
              }
            });
    return new Restored(placed[0], placed[1]);
  }

  /** Reads the whole index, whose digest is compared at its end, before anything is made of it. */
  private boolean isWhole(String pack) throws IOException {
    FileRow row = database.transact(session -> scrubRows.file(session, FileTable.PACK, pack));
    if (row != null && row.damaged()) {
      return false; // The scrub looks whether there is a good file by now.
    }
    eachBatch(pack, batch -> {});
    return true;
  }

  /** Does something with a batch of an index. */
  @FunctionalInterface
  private interface BatchVisitor {
    void visit(List<PackEntry> batch) throws IOException;
  }

  private void eachBatch(String pack, BatchVisitor visitor) throws IOException {
    List<PackEntry> batch = new ArrayList<>(ObjectIndex.BATCH_MAX);
    try (PackIndexReader index = PackReader.open(driver, pack).index()) {
      for (PackEntry entry = index.next(); entry != null; entry = index.next()) {
        batch.add(entry);
        if (batch.size() == ObjectIndex.BATCH_MAX) {
          visitor.visit(batch);
          batch.clear();
        }
      }
    }
    visitor.visit(batch);
  }
}
