package io.deltaport.meta;

import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.hibernate.reactive.mutiny.Mutiny.StatelessSession;

/** Queries on passes of the scrub: at most one of them is queued or running. Thread-safe. */
@ApplicationScoped
public class ScrubRuns {

  /**
   * One pass.
   *
   * @param cause {@code schedule}, {@code request}, {@code damage} or {@code offline}
   * @param state {@code queued}, {@code running}, {@code done} or {@code failed}
   * @param stage what it is looking at, empty before the start
   * @param cursor the last thing of that stage that was looked at
   * @param rateBytes bytes a second; null as the server is set, 0 without a limit
   * @param findings what it found wrong
   * @param open those of them that are not repaired yet
   * @param error why it failed, else null
   */
  public record Run(
      long id,
      String cause,
      String state,
      String stage,
      String cursor,
      Long rateBytes,
      Work work,
      long findings,
      long open,
      String error,
      Instant createdAt,
      Instant startedAt,
      Instant endedAt) {
    /** Says whether it is over. */
    public boolean isOver() {
      return state.equals("done") || state.equals("failed");
    }
  }

  /**
   * How far a pass has come.
   *
   * @param bytesTotal what it will read, as far as was known at its start
   */
  public record Work(
      long bytesRead,
      long bytesTotal,
      long items,
      long unreferencedFiles,
      long unreferencedBytes) {}

  private static final String SELECT =
      """
      select r.id, r.cause, r.state, r.stage, r.cursor, r.rate_bytes, r.bytes_read, r.bytes_total,
        r.items, r.unreferenced_files, r.unreferenced_bytes,
        (select count(*) from scrub_finding f where f.run_id = r.id),
        (select count(*) from scrub_finding f where f.run_id = r.id and f.settled_at is null),
        r.error, r.created_at, r.started_at, r.ended_at
      from scrub_run r
      """;

  /** Asks for a pass and returns its number: a new one, or that of the one not yet over. */
  public Uni<Long> request(StatelessSession session, String cause, Long rateBytes) {
    return session
        .createNativeQuery(
            """
            insert into scrub_run (cause, state, rate_bytes)
            values (:cause, 'queued', nullif(cast(:rate as bigint), -1))
            on conflict do nothing""")
        .setParameter("cause", cause)
        .setParameter("rate", rateBytes == null ? -1L : rateBytes)
        .executeUpdate()
        .flatMap(
            ignored ->
                session
                    .createNativeQuery(
                        "select id from scrub_run where state in ('queued', 'running')", Long.class)
                    .getSingleResult());
  }

  /** Asks for a pass when the last one was begun so long ago, and none is on its way. */
  public Uni<Integer> requestIfDue(StatelessSession session, Duration interval) {
    return session
        .createNativeQuery(
            """
            insert into scrub_run (cause, state)
            select 'schedule', 'queued' where not exists (
              select 1 from scrub_run where state in ('queued', 'running')
                or (state = 'done' and cause <> 'damage'
                  and created_at > now() - cast(:seconds as bigint) * interval '1 second')
                or (state = 'failed' and created_at > now() - interval '1 hour'))
            on conflict do nothing""")
        .setParameter("seconds", interval.toSeconds())
        .executeUpdate();
  }

  /** Returns the pass that is not over, or null. */
  public Uni<Run> active(StatelessSession session) {
    return session
        .createNativeQuery(SELECT + "where r.state in ('queued', 'running')", Object[].class)
        .getSingleResultOrNull()
        .map(row -> row == null ? null : run(row));
  }

  /** Returns the pass, or null. */
  public Uni<Run> find(StatelessSession session, long id) {
    return session
        .createNativeQuery(SELECT + "where r.id = :id", Object[].class)
        .setParameter("id", id)
        .getSingleResultOrNull()
        .map(row -> row == null ? null : run(row));
  }

  /** Returns at most {@code limit} passes before {@code before}, newest first. */
  public Uni<List<Run>> list(StatelessSession session, long before, int limit) {
    return session
        .createNativeQuery(SELECT + "where r.id < :before order by r.id desc", Object[].class)
        .setParameter("before", before)
        .setMaxResults(limit)
        .getResultList()
        .map(rows -> rows.stream().map(ScrubRuns::run).toList());
  }

  /** Notes that the pass begins, and how many bytes there are to read. */
  public Uni<Integer> begin(StatelessSession session, long id, String stage) {
    return session
        .createNativeQuery(
            """
            update scrub_run set state = 'running', stage = :stage, started_at = now(),
              bytes_total = (select coalesce(sum(size_bytes), 0) from blob)
                + (select coalesce(sum(2 * size_bytes), 0) from pack)
                + (select coalesce(sum(size_bytes), 0) from recipe)
            where id = :id and state = 'queued'""")
        .setParameter("id", id)
        .setParameter("stage", stage)
        .executeUpdate();
  }

  /** Notes how far the pass has come; bytes and items are those since the last note. */
  public Uni<Integer> advance(
      StatelessSession session, long id, String stage, String cursor, long bytes, long items) {
    return session
        .createNativeQuery(
            """
            update scrub_run set stage = :stage, cursor = :cursor,
              bytes_read = bytes_read + :bytes, items = items + :items
            where id = :id and (stage, cursor) <> (:stage, :cursor)""")
        .setParameter("id", id)
        .setParameter("stage", stage)
        .setParameter("cursor", cursor)
        .setParameter("bytes", bytes)
        .setParameter("items", items)
        .executeUpdate();
  }

  /** Adds files that no row knows. */
  public Uni<Integer> addUnreferenced(StatelessSession session, long id, long files, long bytes) {
    return session
        .createNativeQuery(
            """
            update scrub_run set unreferenced_files = unreferenced_files + :files,
              unreferenced_bytes = unreferenced_bytes + :bytes
            where id = :id""")
        .setParameter("id", id)
        .setParameter("files", files)
        .setParameter("bytes", bytes)
        .executeUpdate();
  }

  /** Returns when the last pass over everything was over, in seconds since 1970; 0 for never. */
  public Uni<Double> lastSuccessSeconds(StatelessSession session) {
    return session
        .createNativeQuery(
            """
            select cast(coalesce(extract(epoch from max(ended_at)), 0) as double precision)
            from scrub_run where state = 'done'""",
            Double.class)
        .getSingleResult();
  }

  /** Ends the pass; a null error means that all was looked at. */
  public Uni<Integer> end(StatelessSession session, long id, String error) {
    return session
        .createNativeQuery(
            """
            update scrub_run set state = case when :error = '' then 'done' else 'failed' end,
              error = nullif(:error, ''), ended_at = now()
            where id = :id and ended_at is null""")
        .setParameter("id", id)
        .setParameter("error", error == null ? "" : error)
        .executeUpdate();
  }

  /** Settles findings about files that could not be read, and that this pass could read. */
  public Uni<Integer> settleReadable(StatelessSession session, long id) {
    return session
        .createNativeQuery(
            """
            update scrub_finding set outcome = 'repaired', settled_at = now()
            where settled_at is null and outcome = 'unreadable'
              and (run_id is null or run_id < :id)""")
        .setParameter("id", id)
        .executeUpdate();
  }

  private static Run run(Object[] row) {
    return new Run(
        number(row[0]),
        (String) row[1],
        (String) row[2],
        (String) row[3],
        (String) row[4],
        row[5] == null ? null : number(row[5]),
        new Work(number(row[6]), number(row[7]), number(row[8]), number(row[9]), number(row[10])),
        number(row[11]),
        number(row[12]),
        (String) row[13],
        Instants.of(row[14]),
        row[15] == null ? null : Instants.of(row[15]),
        row[16] == null ? null : Instants.of(row[16]));
  }

  private static long number(Object value) {
    return ((Number) value).longValue();
  }
}
