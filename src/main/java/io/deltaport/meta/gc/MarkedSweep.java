package io.deltaport.meta.gc;

import io.smallrye.mutiny.Uni;
import java.util.List;
import org.hibernate.reactive.mutiny.Mutiny.StatelessSession;

/**
 * A sweep of what the view {@code gc_garbage} shows. It locks marked rows first and looks again in
 * a statement of its own: PostgreSQL shows that one everything that was committed before the locks.
 */
abstract class MarkedSweep implements Sweep {
  final GcMarks marks;

  MarkedSweep(GcMarks marks) {
    this.marks = marks;
  }

  @Override
  public Uni<Tally> due(StatelessSession session) {
    return marks.due(session, kind());
  }

  @Override
  public Uni<Tally> waiting(StatelessSession session) {
    return marks.waiting(session, kind());
  }

  @Override
  public Uni<Batch> sweep(StatelessSession session) {
    return lock(session)
        .flatMap(
            keys ->
                keys.isEmpty()
                    ? Uni.createFrom().item(new Batch(Tally.NONE, false))
                    : delete(session, keys)
                        .call(ignored -> GcMarks.unmark(session, kind(), keys))
                        .map(swept -> new Batch(swept, keys.size() == BATCH_ROWS)));
  }

  private Uni<List<RowKey>> lock(StatelessSession session) {
    return session
        .createNativeQuery(lockSql(), Object[].class)
        .setParameter("kind", kind())
        .setParameter("limit", (long) BATCH_ROWS)
        .getResultList()
        .map(
            rows ->
                rows.stream()
                    .map(row -> new RowKey(((Number) row[0]).longValue(), (String) row[1]))
                    .toList());
  }

  /** Returns the statement that selects and locks what is due: repository and key. */
  abstract String lockSql();

  /** Deletes those of the locked rows that are garbage still. */
  abstract Uni<Tally> delete(StatelessSession session, List<RowKey> keys);

  /** Returns the keys as an array for a statement. */
  static String[] keys(List<RowKey> keys) {
    return keys.stream().map(RowKey::key).toArray(String[]::new);
  }

  /** Returns the repositories of the keys as an array for a statement. */
  static Long[] repositories(List<RowKey> keys) {
    return keys.stream().map(RowKey::repository).toArray(Long[]::new);
  }
}
