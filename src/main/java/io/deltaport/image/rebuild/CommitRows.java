package io.deltaport.image.rebuild;

import io.deltaport.image.StoredTrees;
import io.deltaport.meta.Database;
import io.deltaport.meta.RowRestoration;
import io.deltaport.meta.RowRestoration.BrokenCommit;
import io.deltaport.ostree.Checksum;
import io.deltaport.ostree.Commit;
import io.deltaport.ostree.ObjectName;
import io.deltaport.store.ObjectIndex;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Imported commits that lost objects which are there again. Thread-safe. */
@ApplicationScoped
class CommitRows {
  private static final int PAGE_COMMITS = 20;

  private final Database database;
  private final RowRestoration rows;
  private final StoredTrees trees;

  CommitRows(Database database, RowRestoration rows, StoredTrees trees) {
    this.database = database;
    this.rows = rows;
    this.trees = trees;
  }

  /** Lets commits be used again of which every object has a row; returns how many. */
  long mend() {
    long mended = 0;
    long last = 0;
    List<BrokenCommit> page;
    do {
      long after = last;
      page = database.transact(session -> rows.brokenCommits(session, after, PAGE_COMMITS));
      for (BrokenCommit commit : page) {
        if (isWhole(commit)) {
          mended += database.transact(session -> rows.mendCommit(session, commit.id()));
        }
        last = commit.id();
      }
    } while (page.size() == PAGE_COMMITS);
    return mended;
  }

  private boolean isWhole(BrokenCommit broken) {
    Set<Checksum> names = new HashSet<>();
    try {
      Commit commit = Commit.decode(broken.content());
      trees.walk(
          commit.tree(),
          commit.meta(),
          level -> level.stream().map(ObjectName::checksum).forEach(names::add));
    } catch (IOException e) {
      return false;
    }
    List<Checksum> all = new ArrayList<>(names);
    for (int from = 0; from < all.size(); from += ObjectIndex.BATCH_MAX) {
      List<Checksum> some = all.subList(from, Math.min(from + ObjectIndex.BATCH_MAX, all.size()));
      if (!database.transact(session -> rows.absent(session, some)).isEmpty()) {
        return false;
      }
    }
    return true;
  }
}
