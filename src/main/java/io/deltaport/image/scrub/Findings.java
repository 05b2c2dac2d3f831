package io.deltaport.image.scrub;

import io.deltaport.meta.Database;
import io.deltaport.meta.ScrubFindings;
import io.deltaport.meta.ScrubFindings.Damage;
import io.deltaport.store.driver.Driver;
import io.deltaport.store.driver.StoreLayout;
import io.deltaport.store.driver.StoredFile;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.util.function.BiFunction;
import org.hibernate.reactive.mutiny.Mutiny.StatelessSession;
import org.jboss.logging.Logger;

/** Writes down what is wrong and what becomes of it, and moves damaged files aside. Thread-safe. */
@ApplicationScoped
class Findings {
  static final String REPAIRING = "repairing";
  static final String REPAIRED = "repaired";
  static final String AWAITING_PUSH = "awaiting push";
  static final String LOST = "lost";
  static final String GONE = "gone";

  private static final Logger LOG = Logger.getLogger(Findings.class);

  private final Database database;
  private final ScrubFindings rows;
  private final Driver driver;
  private final ScrubMetrics metrics;

  Findings(Database database, ScrubFindings rows, Driver driver, ScrubMetrics metrics) {
    this.database = database;
    this.rows = rows;
    this.driver = driver;
    this.metrics = metrics;
  }

  /** Records damage and returns the number of the finding. */
  long open(Pass pass, Damage damage) {
    return open(pass, damage, (session, id) -> Uni.createFrom().item(true));
  }

  /**
   * Records damage and takes the thing out of use in the same transaction.
   *
   * @param takeOut returns whether the thing has a row still
   * @return the number of the finding, or null when the thing has no row any more
   */
  Long open(Pass pass, Damage damage, BiFunction<StatelessSession, Long, Uni<Boolean>> takeOut) {
    Long finding =
        database.transact(
            session ->
                rows.open(session, pass.run(), damage)
                    .flatMap(
                        id ->
                            takeOut
                                .apply(session, id)
                                .call(
                                    there ->
                                        there
                                            ? Uni.createFrom().item(0)
                                            : rows.outcome(session, id, GONE))
                                .map(there -> there ? id : null)));
    if (finding != null) {
      metrics.found(damage);
      LOG.warnf(
          "Damage: %s %s%s is %s (%s), finding %d",
          damage.kind(),
          damage.name(),
          damage.repository().isEmpty() ? "" : " of " + damage.repository(),
          damage.damage(),
          damage.detail(),
          finding);
    }
    return finding;
  }

  /**
   * Moves the damaged file aside.
   *
   * @param seen null when it is missing
   * @return false when there is another file by now, which must be looked at first
   */
  boolean quarantine(long finding, StoredFile seen) throws IOException {
    if (seen == null) {
      return true;
    }
    String key = StoreLayout.quarantine(finding, seen.key());
    if (!driver.quarantine(seen, key)) {
      return false;
    }
    database.transact(session -> rows.quarantined(session, finding, key));
    return true;
  }

  /** Notes what became of a finding. */
  void outcome(long finding, String outcome) {
    database.transact(session -> rows.outcome(session, finding, outcome));
    LOG.infof("Finding %d: %s", finding, outcome);
  }
}
