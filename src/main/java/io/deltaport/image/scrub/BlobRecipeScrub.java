package io.deltaport.image.scrub;

import io.deltaport.layer.blob.BlobRecipe;
import io.deltaport.meta.DamageMarks;
import io.deltaport.meta.Database;
import io.deltaport.meta.ScrubFindings.Damage;
import io.deltaport.meta.ScrubRows;
import io.deltaport.meta.ScrubRows.FileRow;
import io.deltaport.meta.ScrubRows.FileTable;
import io.deltaport.oci.Digest;
import io.deltaport.store.driver.StoreLayout;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;

/**
 * Verifies blob recipes. Thread-safe. One that fails goes out of use: a blob that has its file is
 * described again, one that has none is damaged by that.
 */
@ApplicationScoped
class BlobRecipeScrub implements FileScrub {
  static final String KIND = "blob-recipe";

  private final Database database;
  private final DamageMarks marks;
  private final ScrubRows rows;
  private final Findings findings;

  BlobRecipeScrub(Database database, DamageMarks marks, ScrubRows rows, Findings findings) {
    this.database = database;
    this.marks = marks;
    this.rows = rows;
    this.findings = findings;
  }

  @Override
  public FileTable table() {
    return FileTable.BLOB_RECIPE;
  }

  @Override
  public boolean check(Pass pass, FileRow row) throws IOException {
    Digest blob = Digest.parse(row.name());
    Verdict verdict =
        Verdict.of(
            pass.driver(),
            StoreLayout.blobRecipe(blob),
            row.sizeBytes(),
            () -> BlobRecipe.verify(pass.driver(), blob));
    if (verdict.whole()) {
      return false;
    }
    Damage damage = new Damage(KIND, row.name(), "", verdict.damage(), verdict.detail());
    if (verdict.unreadable()) {
      findings.outcome(findings.open(pass, damage), Verdict.UNREADABLE);
    } else {
      drop(pass, damage, verdict);
    }
    return true;
  }

  /** Takes a recipe out of use whose file is as it was written, but makes another blob. */
  void dropWrong(Pass pass, String blob) throws IOException {
    FileRow row = database.transact(session -> rows.file(session, FileTable.BLOB_RECIPE, blob));
    if (row != null) {
      Verdict verdict =
          Verdict.of(
              pass.driver(),
              StoreLayout.blobRecipe(Digest.parse(blob)),
              row.sizeBytes(),
              () -> {
                throw new Verdict.WrongDigestException("the blob that it makes is another one");
              });
      drop(pass, new Damage(KIND, blob, "", verdict.damage(), verdict.detail()), verdict);
    }
  }

  private void drop(Pass pass, Damage damage, Verdict verdict) throws IOException {
    Long finding =
        findings.open(pass, damage, (session, id) -> marks.dropBlobRecipe(session, damage.name()));
    if (finding != null) {
      findings.quarantine(finding, verdict.seen());
      FileRow blob =
          database.transact(session -> rows.file(session, FileTable.BLOB, damage.name()));
      boolean lost = blob != null && blob.damaged();
      findings.outcome(finding, lost ? Findings.AWAITING_PUSH : Findings.REPAIRED);
    }
  }
}
