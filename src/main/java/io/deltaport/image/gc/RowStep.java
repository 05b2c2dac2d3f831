package io.deltaport.image.gc;

import io.deltaport.job.Jobs;
import io.deltaport.meta.Database;
import io.deltaport.meta.gc.GcMarks;
import io.deltaport.meta.gc.RowSweeps;
import io.deltaport.meta.gc.Sweep;
import io.deltaport.meta.gc.Tally;
import jakarta.enterprise.context.ApplicationScoped;

/**
 * Marks and sweeps the rows of deltas, blobs, trees and recipes, and cancels work on images that
 * are gone. Thread-safe.
 */
@ApplicationScoped
class RowStep implements GcStep {
  private final Database database;
  private final Jobs jobs;
  private final GcMarks marks;
  private final RowSweeps sweeps;

  RowStep(Database database, Jobs jobs, GcMarks marks, RowSweeps sweeps) {
    this.database = database;
    this.jobs = jobs;
    this.marks = marks;
    this.sweeps = sweeps;
  }

  @Override
  public Order order() {
    return Order.ROWS;
  }

  @Override
  public void run(Context context) {
    int cancelled =
        database.transact(
            session -> context.dryRun() ? jobs.countOrphans(session) : jobs.cancelOrphans(session));
    context.report().removed("job", "its image is gone", new Tally(cancelled, 0));
    if (!context.dryRun()) {
      database.transact(marks::mark);
    }
    for (Sweep sweep : sweeps.inOrder()) {
      Sweeps.run(database, sweep, context);
    }
  }
}
