package io.deltaport.image.scrub;

import io.deltaport.layer.RecipeReader;
import io.deltaport.layer.RecipeRecord;
import io.deltaport.meta.BlobRecipes;
import io.deltaport.meta.DamageMarks;
import io.deltaport.meta.Database;
import io.deltaport.meta.ScrubFindings.Damage;
import io.deltaport.meta.ScrubRepairs;
import io.deltaport.meta.ScrubRows.FileRow;
import io.deltaport.meta.ScrubRows.FileTable;
import io.deltaport.meta.StoredObjects;
import io.deltaport.oci.Digest;
import io.deltaport.ostree.Checksum;
import io.deltaport.store.ObjectIndex;
import io.deltaport.store.driver.StoreLayout;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Verifies recipes, and that every object they name is stored. Thread-safe. One that fails goes out
 * of use, and its layers are absorbed again.
 */
@ApplicationScoped
class RecipeScrub implements FileScrub {
  static final String KIND = "recipe";

  private static final String NEEDED =
      "; it stays, as blobs are made from it that have no file: see deltaport fsck --rebuild";

  private final Database database;
  private final DamageMarks marks;
  private final ScrubRepairs repairs;
  private final BlobRecipes blobs;
  private final StoredObjects objects;
  private final Findings findings;

  RecipeScrub(
      Database database,
      DamageMarks marks,
      ScrubRepairs repairs,
      BlobRecipes blobs,
      StoredObjects objects,
      Findings findings) {
    this.database = database;
    this.marks = marks;
    this.repairs = repairs;
    this.blobs = blobs;
    this.objects = objects;
    this.findings = findings;
  }

  @Override
  public FileTable table() {
    return FileTable.RECIPE;
  }

  @Override
  public boolean check(Pass pass, FileRow row) throws IOException {
    Digest diffId = Digest.parse(row.name());
    Missing missing = new Missing();
    Verdict verdict =
        Verdict.of(
            pass.driver(),
            StoreLayout.recipe(diffId),
            row.sizeBytes(),
            () -> read(pass, diffId, missing));
    if (!verdict.whole()) {
      drop(pass, row, verdict);
    } else if (missing.count > 0) {
      dropForLost(pass, row, missing);
    }
    return !verdict.whole() || missing.count > 0;
  }

  private void read(Pass pass, Digest diffId, Missing missing) throws IOException {
    try (RecipeReader recipe = RecipeReader.open(pass.driver(), diffId)) {
      for (RecipeRecord next = recipe.next(); next != null; next = recipe.next()) {
        switch (next) {
          case RecipeRecord.Literal ignored -> {}
          case RecipeRecord.Content content -> missing.add(content.object());
          case RecipeRecord.Entry entry -> missing.add(entry.object());
        }
      }
    }
    missing.flush();
  }

  private void drop(Pass pass, FileRow row, Verdict verdict) throws IOException {
    Damage damage = new Damage(KIND, row.name(), "", verdict.damage(), verdict.detail());
    if (verdict.unreadable()) {
      findings.outcome(findings.open(pass, damage), Verdict.UNREADABLE);
      return;
    }
    Long finding =
        findings.open(pass, damage, (session, id) -> marks.dropRecipe(session, row.name(), id));
    if (finding != null) {
      findings.quarantine(finding, verdict.seen());
    }
  }

  /**
   * The objects went with packs that were found damaged: that finding is about the recipe, too.
   * When nobody knows where they went, the recipe stays as long as a blob needs it that has no file
   * of its own: with rows that come back from packs it can be made again.
   */
  private void dropForLost(Pass pass, FileRow row, Missing missing) {
    if (missing.findings.isEmpty()) {
      String detail = missing.count + " of the objects it names are not stored";
      if (database.transact(session -> blobs.hasCold(session, row.name()))) {
        Damage damage = new Damage(KIND, row.name(), "", RowStage.DAMAGE, detail + NEEDED);
        findings.outcome(findings.open(pass, damage), Verdict.UNREADABLE);
      } else {
        findings.open(
            pass,
            new Damage(KIND, row.name(), "", RowStage.DAMAGE, detail),
            (session, id) -> marks.dropRecipe(session, row.name(), id));
      }
      return;
    }
    for (long finding : missing.findings) {
      database.transact(session -> marks.dropRecipe(session, row.name(), finding));
    }
  }

  /** Collects objects that no row knows. */
  private final class Missing {
    private final Set<Checksum> batch = new HashSet<>();
    private final Set<Long> findings = new HashSet<>();
    private long count;

    void add(Checksum object) throws IOException {
      if (object != null && batch.add(object) && batch.size() == ObjectIndex.BATCH_MAX) {
        flush();
      }
    }

    void flush() {
      Set<Checksum> lost = new HashSet<>(batch);
      lost.removeAll(objects.find(List.copyOf(batch)).keySet());
      batch.clear();
      if (!lost.isEmpty()) {
        count += lost.size();
        findings.addAll(database.transact(session -> repairs.findingsOf(session, lost)));
      }
    }
  }
}
