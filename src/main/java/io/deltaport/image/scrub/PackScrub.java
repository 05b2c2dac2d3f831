package io.deltaport.image.scrub;

import io.deltaport.meta.DamageMarks;
import io.deltaport.meta.Database;
import io.deltaport.meta.ScrubFindings.Damage;
import io.deltaport.meta.ScrubRows.FileRow;
import io.deltaport.meta.ScrubRows.FileTable;
import io.deltaport.meta.StoredObjects;
import io.deltaport.store.driver.StoreLayout;
import io.deltaport.store.pack.PackVerifier;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;

/**
 * Verifies packs object by object. Thread-safe. The objects of a damaged one lose their rows; the
 * recipes that need them are looked at next, and their layers absorbed again.
 */
@ApplicationScoped
class PackScrub implements FileScrub {
  static final String KIND = "pack";

  private final Database database;
  private final DamageMarks marks;
  private final Findings findings;
  private final StoredObjects objects;

  PackScrub(Database database, DamageMarks marks, Findings findings, StoredObjects objects) {
    this.objects = objects;
    this.database = database;
    this.marks = marks;
    this.findings = findings;
  }

  @Override
  public FileTable table() {
    return FileTable.PACK;
  }

  @Override
  public boolean check(Pass pass, FileRow row) throws IOException {
    PackVerifier verifier = new PackVerifier(pass.driver(), objects);
    String key = StoreLayout.pack(row.name());
    Verdict verdict =
        Verdict.of(pass.driver(), key, row.sizeBytes(), () -> verifier.verify(row.name()));
    if (verdict.whole()) {
      if (row.damaged()) {
        database.transact(session -> marks.unmarkPack(session, row.name()));
      }
      return false;
    }
    if (row.damaged() && verdict.seen() == null) {
      return false; // It was moved aside, and nothing lies in it any more.
    }
    Damage damage = new Damage(KIND, row.name(), "", verdict.damage(), verdict.detail());
    if (verdict.unreadable()) {
      findings.outcome(findings.open(pass, damage), Verdict.UNREADABLE);
      return true;
    }
    Long finding =
        findings.open(
            pass,
            damage,
            (session, id) -> marks.dropPack(session, row.name(), id).map(count -> true));
    if (finding != null) {
      // When the same pack was written again meanwhile, its objects come back with its rows.
      findings.quarantine(finding, verdict.seen());
    }
    return finding != null;
  }
}
