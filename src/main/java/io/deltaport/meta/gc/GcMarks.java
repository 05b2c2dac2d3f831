package io.deltaport.meta.gc;

import io.deltaport.meta.Leases;
import io.deltaport.meta.Sql;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.List;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.hibernate.reactive.mutiny.Mutiny.StatelessSession;

/**
 * Remembers since when something has been garbage. Thread-safe.
 *
 * <p>Garbage is what the view {@code gc_garbage} shows. It is swept once it was garbage for the
 * whole grace period, by the database's clock.
 */
@ApplicationScoped
public class GcMarks {
  private final Duration grace;
  private final Leases leases;

  GcMarks(@ConfigProperty(name = "deltaport.gc.grace") Duration grace, Leases leases) {
    this.grace = grace;
    this.leases = leases;
  }

  /** Returns the SQL expression for the time before which a mark must have been made. */
  String due() {
    return "now() - " + Sql.interval(grace);
  }

  /**
   * As {@link #due}, for files without a row: whoever publishes one has as long as a lease to write
   * the row.
   */
  String filesDue() {
    return "now() - "
        + Sql.interval(grace.compareTo(leases.length()) > 0 ? grace : leases.length());
  }

  /** Marks what has become garbage and removes the marks of what no longer is. */
  public Uni<Void> mark(StatelessSession session) {
    return session
        .createNativeQuery(
            """
            insert into gc_mark (kind, repository_id, key, size_bytes)
            select kind, repository_id, key, size_bytes from gc_garbage
            on conflict do nothing""")
        .executeUpdate()
        .flatMap(
            ignored ->
                session
                    .createNativeQuery(
                        """
                        delete from gc_mark m
                        where m.kind in ('blob-link', 'blob', 'image-tree', 'delta', 'static-delta')
                          and not exists (select 1 from gc_garbage g where g.kind = m.kind
                            and g.repository_id = m.repository_id and g.key = m.key)""")
                    .executeUpdate())
        .replaceWithVoid();
  }

  /** Returns what is garbage of a kind and would be swept now. */
  public Uni<Tally> due(StatelessSession session, String kind) {
    return count(session, kind, "m.since <= " + due() + " and " + leaseIsOver());
  }

  /** Returns what is garbage of a kind and not yet swept: the grace period or a lease goes on. */
  public Uni<Tally> waiting(StatelessSession session, String kind) {
    return count(
        session,
        kind,
        "(m.since is null or m.since > " + due() + " or not (" + leaseIsOver() + "))");
  }

  private static String leaseIsOver() {
    return "(g.kind not in ('blob-link', 'blob') or g.leased_until <= now())";
  }

  private static Uni<Tally> count(StatelessSession session, String kind, String condition) {
    return session
        .createNativeQuery(
            """
            select count(*), cast(sum(g.size_bytes) as bigint)
            from gc_garbage g left join gc_mark m
              on m.kind = g.kind and m.repository_id = g.repository_id and m.key = g.key
            where g.kind = :kind and\s"""
                + condition,
            Object[].class)
        .setParameter("kind", kind)
        .getSingleResult()
        .map(Tally::of);
  }

  /** Removes the marks of rows that a sweep has settled. */
  static Uni<Void> unmark(StatelessSession session, String kind, List<RowKey> keys) {
    if (keys.isEmpty()) {
      return Uni.createFrom().voidItem();
    }
    return session
        .createNativeQuery(
            """
            delete from gc_mark m
            using unnest(cast(:repositories as bigint[]), cast(:keys as text[]))
              as k(repository_id, key)
            where m.kind = :kind and m.repository_id = k.repository_id and m.key = k.key""")
        .setParameter("kind", kind)
        .setParameter("repositories", keys.stream().map(RowKey::repository).toArray(Long[]::new))
        .setParameter("keys", keys.stream().map(RowKey::key).toArray(String[]::new))
        .executeUpdate()
        .replaceWithVoid();
  }
}
