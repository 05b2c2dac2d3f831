package io.deltaport.image.scrub;

import io.deltaport.meta.DamageMarks;
import io.deltaport.meta.Database;
import io.deltaport.meta.ManifestEntity;
import io.deltaport.meta.ScrubFindings.Damage;
import io.deltaport.meta.ScrubRows;
import io.deltaport.meta.ScrubRows.ManifestRow;
import io.deltaport.oci.Digest;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** Hashes the manifests in PostgreSQL again. Thread-safe. */
@ApplicationScoped
class ManifestStage implements Stage {
  static final String KIND = "manifest";
  private static final int PAGE_ROWS = 100;

  private final Database database;
  private final ScrubRows rows;
  private final DamageMarks marks;
  private final ManifestCopies copies;
  private final DeltaRepair deltas;
  private final Findings findings;

  ManifestStage(
      Database database,
      ScrubRows rows,
      DamageMarks marks,
      ManifestCopies copies,
      DeltaRepair deltas,
      Findings findings) {
    this.database = database;
    this.rows = rows;
    this.marks = marks;
    this.copies = copies;
    this.deltas = deltas;
    this.findings = findings;
  }

  @Override
  public String name() {
    return "manifests";
  }

  @Override
  public Step step(Pass pass, String cursor) throws IOException {
    long last = cursor.isEmpty() ? 0 : Long.parseLong(cursor);
    List<ManifestRow> page = database.transact(session -> rows.manifests(session, last, PAGE_ROWS));
    for (ManifestRow row : page) {
      check(pass, row);
    }
    return page.isEmpty() ? Step.END : new Step(Long.toString(page.getLast().id()), page.size());
  }

  /** Looks at a manifest in every repository that has it; returns whether one is damaged. */
  boolean check(Pass pass, String digest) throws IOException {
    boolean damaged = false;
    for (ManifestRow row : database.transact(session -> rows.manifests(session, digest))) {
      damaged |= check(pass, row);
    }
    return damaged;
  }

  private boolean check(Pass pass, ManifestRow row) throws IOException {
    ManifestEntity manifest = database.transact(session -> rows.manifest(session, row.id()));
    if (manifest == null) {
      return false;
    }
    pass.throttle().pass(manifest.content.length);
    Digest digest = Digest.parse(row.digest());
    if (digest.matches(manifest.content)) {
      if (row.damaged()) {
        restore(row, manifest.content);
      }
      return false;
    }
    Damage damage =
        new Damage(
            KIND,
            row.digest(),
            row.repository(),
            Verdict.CHANGED,
            "its digest is " + Digest.sha256(manifest.content));
    Long finding =
        findings.open(pass, damage, (session, id) -> marks.markManifest(session, row.id()));
    if (finding != null) {
      repair(row, digest, finding);
    }
    return finding != null;
  }

  private void repair(ManifestRow row, Digest digest, long finding) throws IOException {
    Optional<byte[]> copy = copies.find(digest);
    if (copy.isPresent()) {
      restore(row, copy.get());
      findings.outcome(finding, Findings.REPAIRED);
    } else if (!deltas.makeAgain(row.digest(), finding)) {
      findings.outcome(finding, Findings.AWAITING_PUSH);
    }
  }

  private void restore(ManifestRow row, byte[] content) {
    database.transact(session -> marks.restoreManifest(session, row.id(), content));
  }
}
