package io.deltaport.image.gc;

import io.deltaport.meta.Database;
import io.deltaport.meta.gc.Sweep;
import io.deltaport.meta.gc.Tally;
import io.smallrye.mutiny.Uni;
import java.util.function.Function;
import org.hibernate.reactive.mutiny.Mutiny.StatelessSession;

/** Runs sweeps to their end, a transaction for each batch. */
final class Sweeps {
  private Sweeps() {}

  /** Sweeps one kind of garbage, or counts what there is of it. */
  static void run(Database database, Sweep sweep, GcStep.Context context) {
    Tally gone =
        context.dryRun()
            ? database.transact(sweep::due)
            : all(database, sweep.kind(), sweep::sweep, context);
    context.report().removed(sweep.kind(), sweep.reason(), gone);
    context.report().waiting(sweep.kind(), sweep.reason(), database.transact(sweep::waiting));
  }

  /** Runs batches until there is no more. */
  static Tally all(
      Database database,
      String stage,
      Function<StatelessSession, Uni<Sweep.Batch>> sweep,
      GcStep.Context context) {
    Tally all = Tally.NONE;
    Sweep.Batch batch;
    do {
      context.progress().update(stage, all.count(), -1);
      batch = database.transact(sweep);
      all = all.plus(batch.swept());
      // A batch of which nothing went would come again: others hold it, the next run takes it.
    } while (batch.more() && batch.swept().count() > 0);
    return all;
  }
}
