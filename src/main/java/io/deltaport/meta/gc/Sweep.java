package io.deltaport.meta.gc;

import io.smallrye.mutiny.Uni;
import org.hibernate.reactive.mutiny.Mutiny.StatelessSession;

/** Deletes the rows of one kind of garbage, a batch in each transaction. Thread-safe. */
public interface Sweep {
  /** Rows that one transaction locks: few enough that nobody notices the wait. */
  int BATCH_ROWS = 500;

  /** What one transaction did. */
  record Batch(Tally swept, boolean more) {}

  /** Returns the kind's name, as reports give it. */
  String kind();

  /** Says for people why it is garbage. */
  String reason();

  /** Deletes some of what is due. */
  Uni<Batch> sweep(StatelessSession session);

  /** Returns what would be deleted now. */
  Uni<Tally> due(StatelessSession session);

  /** Returns what is garbage but still protected by the grace period or a lease. */
  Uni<Tally> waiting(StatelessSession session);
}
