package io.deltaport.image.scrub;

import io.deltaport.meta.DamageMarks;
import io.deltaport.meta.Database;
import io.deltaport.meta.ObjectMoves;
import io.deltaport.meta.ScrubFindings.Damage;
import io.deltaport.meta.ScrubRows.FileRow;
import io.deltaport.meta.ScrubRows.FileTable;
import io.deltaport.meta.StoredObjects;
import io.deltaport.store.driver.StoreLayout;
import io.deltaport.store.pack.PackFormatException;
import io.deltaport.store.pack.PackSalvage;
import io.deltaport.store.pack.PackVerifier;
import io.deltaport.store.pack.PublishedPack;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.Optional;
import org.jboss.logging.Logger;

/**
 * Verifies packs object by object. Thread-safe. What is whole in a damaged one moves to another
 * pack, and the rest of its objects lose their rows; the recipes that need them are looked at next,
 * and their layers absorbed again.
 */
@ApplicationScoped
class PackScrub implements FileScrub {
  static final String KIND = "pack";

  private static final Logger LOG = Logger.getLogger(PackScrub.class);

  private final Database database;
  private final DamageMarks marks;
  private final Findings findings;
  private final StoredObjects objects;
  private final ObjectMoves moves;

  PackScrub(
      Database database,
      DamageMarks marks,
      Findings findings,
      StoredObjects objects,
      ObjectMoves moves) {
    this.objects = objects;
    this.moves = moves;
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
    if (verdict.seen() != null && !row.damaged()) {
      salvage(pass, row.name());
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

  /** Moves what is whole to another pack, where it is when the rest loses its rows. */
  private void salvage(Pass pass, String pack) throws IOException {
    try {
      Optional<PublishedPack> saved = new PackSalvage(pass.driver(), objects).salvage(pack);
      if (saved.isPresent() && !saved.get().id().equals(pack)) {
        PublishedPack result = saved.get();
        boolean moved = moves.replace(pack, result, pass.driver(), objects);
        LOG.infof(
            "%d objects of the damaged pack %s are whole and %s",
            result.objects(), pack, moved ? "lie in " + result.id() + " now" : "went elsewhere");
      }
    } catch (PackFormatException | EOFException | NoSuchFileException e) {
      LOG.infof("Nothing of the damaged pack %s can be saved: %s", pack, e.getMessage());
    }
  }
}
