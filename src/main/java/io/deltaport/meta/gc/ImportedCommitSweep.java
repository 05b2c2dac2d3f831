package io.deltaport.meta.gc;

import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.util.List;
import org.hibernate.reactive.mutiny.Mutiny.StatelessSession;

/**
 * Imported commits that no ref needs. Thread-safe. The row remembers since when that is so; it goes
 * after the grace period, and never while somebody has a lease on it.
 */
@Singleton
public class ImportedCommitSweep implements Sweep {
  private static final String DUE = "c.unused_since <= %s and c.leased_until <= now()";

  private final GcMarks marks;

  ImportedCommitSweep(GcMarks marks) {
    this.marks = marks;
  }

  @Override
  public String kind() {
    return "ostree-commit";
  }

  @Override
  public String reason() {
    return "no ref needs the imported commit";
  }

  @Override
  public Uni<Batch> sweep(StatelessSession session) {
    return mark(session)
        .flatMap(ignored -> lock(session))
        .flatMap(
            locked ->
                locked.isEmpty()
                    ? Uni.createFrom().item(new Batch(Tally.NONE, false))
                    : delete(session, locked)
                        .map(swept -> new Batch(swept, locked.size() == BATCH_ROWS)));
  }

  private static Uni<Integer> mark(StatelessSession session) {
    return session
        .createNativeQuery(
            """
            update ostree_commit set unused_since = case when unused_since is null then now() end
            where id in (
              select c.id from ostree_commit c left join ostree_unreferenced u on u.id = c.id
              where c.manifest_id is null and (u.id is null) <> (c.unused_since is null)
              order by c.id for no key update of c skip locked)""")
        .executeUpdate();
  }

  private Uni<List<Long>> lock(StatelessSession session) {
    return session
        .createNativeQuery(
            """
            select c.id from ostree_commit c where c.manifest_id is null and %s
            order by c.id limit :limit for update skip locked"""
                .formatted(due()),
            Long.class)
        .setParameter("limit", (long) BATCH_ROWS)
        .getResultList();
  }

  private Uni<Tally> delete(StatelessSession session, List<Long> locked) {
    return session
        .createNativeQuery(
            """
            with dead as (
              select c.id, c.size_bytes from ostree_unreferenced c
              where c.id = any(cast(:locked as bigint[])) and %s
            ), packs as (
              update pack set dead_bytes = null where id in (
                select pack_id from commit_pack where commit_id in (select id from dead))
            ), gone as (
              delete from ostree_commit where id in (select id from dead) returning id
            )
            select count(*), cast(sum(dead.size_bytes) as bigint)
            from gone join dead on dead.id = gone.id"""
                .formatted(due()),
            Object[].class)
        .setParameter("locked", locked.toArray(Long[]::new))
        .getSingleResult()
        .map(Tally::of);
  }

  private String due() {
    return DUE.formatted(marks.due());
  }

  @Override
  public Uni<Tally> due(StatelessSession session) {
    return count(session, due());
  }

  @Override
  public Uni<Tally> waiting(StatelessSession session) {
    return count(session, "(c.unused_since is null or not (" + due() + "))");
  }

  private static Uni<Tally> count(StatelessSession session, String condition) {
    return session
        .createNativeQuery(
            "select count(*), cast(sum(c.size_bytes) as bigint) from ostree_unreferenced c where "
                + condition,
            Object[].class)
        .getSingleResult()
        .map(Tally::of);
  }
}
