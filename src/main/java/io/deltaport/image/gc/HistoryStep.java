package io.deltaport.image.gc;

import io.deltaport.meta.Database;
import io.deltaport.meta.gc.GcRuns;
import io.deltaport.meta.gc.PullCounts;
import io.deltaport.meta.gc.Tally;
import jakarta.enterprise.context.ApplicationScoped;

/** Forgets pull records and runs that nobody asks for any more. Thread-safe. */
@ApplicationScoped
class HistoryStep implements GcStep {
  /** Pulls are remembered for a year and a bit, and longer where a rule looks further back. */
  private static final int PULL_DAYS = 400;

  private final Database database;
  private final PullCounts pulls;
  private final GcRuns runs;
  private final RetentionRules rules;

  HistoryStep(Database database, PullCounts pulls, GcRuns runs, RetentionRules rules) {
    this.database = database;
    this.pulls = pulls;
    this.runs = runs;
    this.rules = rules;
  }

  @Override
  public Order order() {
    return Order.HISTORY;
  }

  @Override
  public void run(Context context) {
    if (context.dryRun()) {
      return;
    }
    int days = Math.max(PULL_DAYS, rules.pulledDaysMax());
    int pruned = database.transact(session -> pulls.prune(session, days));
    context.report().removed("pull-record", "it is too old to matter", new Tally(pruned, 0));
    database.transact(runs::prune);
  }
}
