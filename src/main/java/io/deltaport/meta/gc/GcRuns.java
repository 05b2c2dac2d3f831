package io.deltaport.meta.gc;

import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.hibernate.reactive.mutiny.Mutiny.StatelessSession;

/** The runs of the garbage collection and their reports. Thread-safe. */
@ApplicationScoped
public class GcRuns {
  /** How long runs and their jobs are remembered. */
  private static final String MEMORY = "interval '30 days'";

  /**
   * A run.
   *
   * @param id that of its job
   * @param ended null while it goes on, or when it failed
   * @param report JSON, null until it has ended
   */
  public record Run(UUID id, boolean dryRun, Instant started, Instant ended, String report) {}

  /** Begins a run, or goes on with it after a crash. */
  public Uni<Void> begin(StatelessSession session, UUID id, boolean dryRun) {
    return session
        .createNativeQuery(
            "insert into gc_run (id, dry_run) values (:id, :dry) on conflict do nothing")
        .setParameter("id", id)
        .setParameter("dry", dryRun)
        .executeUpdate()
        .replaceWithVoid();
  }

  /** Ends a run. */
  public Uni<Void> end(StatelessSession session, UUID id, String report) {
    return session
        .createNativeQuery("update gc_run set ended_at = now(), report = :report where id = :id")
        .setParameter("id", id)
        .setParameter("report", report)
        .executeUpdate()
        .replaceWithVoid();
  }

  /** Returns at most {@code limit} runs, newest first; a null id means every run. */
  public Uni<List<Run>> list(StatelessSession session, UUID id, int limit) {
    return session
        .createNativeQuery(
            """
            select id, dry_run, started_at, ended_at, report from gc_run
            where id = coalesce(cast(:id as uuid), id)
            order by started_at desc, id limit :limit""",
            Object[].class)
        .setParameter("id", id == null ? null : id.toString())
        .setParameter("limit", (long) limit)
        .getResultList()
        .map(rows -> rows.stream().map(GcRuns::run).toList());
  }

  private static Run run(Object[] row) {
    return new Run(
        (UUID) row[0], (Boolean) row[1], instant(row[2]), instant(row[3]), (String) row[4]);
  }

  private static Instant instant(Object value) {
    return value instanceof java.time.OffsetDateTime time ? time.toInstant() : (Instant) value;
  }

  /** Forgets old runs and their jobs. */
  public Uni<Void> prune(StatelessSession session) {
    return session
        .createNativeQuery("delete from gc_run where started_at < now() - " + MEMORY)
        .executeUpdate()
        .flatMap(
            ignored ->
                session
                    .createNativeQuery(
                        "delete from job where kind = 'gc' and ended_at < now() - " + MEMORY)
                    .executeUpdate())
        .replaceWithVoid();
  }
}
