package io.deltaport.image.scrub;

import io.deltaport.meta.Database;
import io.deltaport.meta.ScrubFindings;
import io.deltaport.meta.ScrubFindings.Damage;
import io.deltaport.meta.ScrubFindings.Finding;
import io.deltaport.meta.ScrubRows;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Looks for rows that name another one which is not there. Thread-safe. */
@ApplicationScoped
class RowStage implements Stage {
  /** Rows of each kind that are told apart; who has more has lost a table. */
  private static final int ROWS_MAX = 1_000;

  static final String DAMAGE = "dangling";
  private static final String REFERENCE = "reference";

  private final Database database;
  private final ScrubRows rows;
  private final ScrubFindings open;
  private final Findings findings;

  RowStage(Database database, ScrubRows rows, ScrubFindings open, Findings findings) {
    this.database = database;
    this.rows = rows;
    this.open = open;
    this.findings = findings;
  }

  @Override
  public String name() {
    return "rows";
  }

  @Override
  public Step step(Pass pass, String cursor) {
    List<Damage> dangling = database.transact(session -> rows.dangling(session, ROWS_MAX));
    Set<Damage> still = new HashSet<>();
    for (Damage damage : dangling) {
      long finding = findings.open(pass, damage);
      findings.outcome(
          finding, damage.kind().equals(REFERENCE) ? Findings.AWAITING_PUSH : Findings.LOST);
      still.add(identity(damage));
    }
    if (dangling.size() < ROWS_MAX) {
      settleOthers(still);
    }
    return Step.END;
  }

  private void settleOthers(Set<Damage> still) {
    List<Finding> found = database.transact(session -> open.ofDamage(session, DAMAGE, ROWS_MAX));
    for (Finding finding : found) {
      if (!finding.damage().kind().equals(RecipeScrub.KIND)
          && !still.contains(identity(finding.damage()))) {
        findings.outcome(finding.id(), Findings.REPAIRED);
      }
    }
  }

  private static Damage identity(Damage damage) {
    return new Damage(damage.kind(), damage.name(), damage.repository(), "", "");
  }
}
