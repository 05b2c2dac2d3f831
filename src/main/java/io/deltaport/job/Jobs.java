package io.deltaport.job;

import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Stream;
import org.hibernate.reactive.mutiny.Mutiny.StatelessSession;

/**
 * Queries on jobs. Thread-safe.
 *
 * <p>A job is two rows written in the caller's own transaction: ours, for people, and
 * db-scheduler's, which makes it run. So what a push asks for is durable exactly when the push is.
 */
@ApplicationScoped
public class Jobs {
  /** The task name under which db-scheduler knows our jobs; the instance is the job's id. */
  static final String TASK = "job";

  /** Queued work of which the source or the target is not in the repository any more. */
  private static final String ORPHANS =
      """
      from job j where j.state = 'queued'
        and case
          when j.kind in ('absorb', 'delta', 'restack') then (
            select count(*) from manifest m join repository r on r.id = m.repository_id
            where r.name = j.repository and m.digest in (j.target, coalesce(j.source, j.target)))
          when j.kind = 'static-delta' then (
            select count(*) from ostree_commit c join repository r on r.id = c.repository_id
            where r.name = j.repository and c.checksum in (
              decode(j.target, 'hex'), decode(coalesce(j.source, j.target), 'hex')))
          else 2 end
          < case when j.source is null then 1 else 2 end""";

  /**
   * Asks for work and returns the job's id: a new one, or that of the same work not yet ended.
   *
   * @param source null unless the work goes from one image to another
   */
  public Uni<UUID> enqueue(
      StatelessSession session, JobKind kind, String repository, String source, String target) {
    UUID id = UUID.randomUUID();
    return session
        .createNativeQuery(
            """
            insert into job (id, kind, repository, source, target, state)
            values (:id, :kind, :repository, nullif(:source, ''), :target, 'queued')
            on conflict do nothing""")
        .setParameter("id", id)
        .setParameter("kind", kind.text())
        .setParameter("repository", repository)
        .setParameter("source", source == null ? "" : source)
        .setParameter("target", target)
        .executeUpdate()
        .flatMap(
            count ->
                count == 0
                    ? active(session, kind, repository, source, target)
                    : schedule(session, id).replaceWith(id));
  }

  /** Due at once, even by a clock that is off by hours; those asked for first come first. */
  private static Uni<Integer> schedule(StatelessSession session, UUID id) {
    return session
        .createNativeQuery(
            """
            insert into scheduled_tasks
              (task_name, task_instance, execution_time, picked, version, priority)
            values (:task, :id, now() - interval '1 day', false, 1, 50)""")
        .setParameter("task", TASK)
        .setParameter("id", id.toString())
        .executeUpdate();
  }

  private static Uni<UUID> active(
      StatelessSession session, JobKind kind, String repository, String source, String target) {
    return session
        .createNativeQuery(
            """
            select id from job
            where kind = :kind and repository = :repository and target = :target
              and coalesce(source, '') = :source and state in ('queued', 'running')""",
            UUID.class)
        .setParameter("kind", kind.text())
        .setParameter("repository", repository)
        .setParameter("target", target)
        .setParameter("source", source == null ? "" : source)
        .getSingleResultOrNull();
  }

  /** Returns how much work of these kinds is queued or runs, in all repositories. */
  public Uni<Long> countActive(StatelessSession session, JobKind... kinds) {
    return session
        .createNativeQuery(
            """
            select count(*) from job
            where state in ('queued', 'running') and kind = any(cast(:kinds as text[]))""",
            Long.class)
        .setParameter("kinds", Stream.of(kinds).map(JobKind::text).toArray(String[]::new))
        .getSingleResult();
  }

  /** Returns the job that does this work and has not ended, or null. */
  public Uni<JobEntity> findActive(
      StatelessSession session, JobKind kind, String repository, String source, String target) {
    return active(session, kind, repository, source, target)
        .flatMap(id -> id == null ? Uni.createFrom().nullItem() : find(session, id));
  }

  /** Cancels queued work on what is gone; returns how much. */
  public Uni<Integer> cancelOrphans(StatelessSession session) {
    return session
        .createNativeQuery(
            """
            with gone as (
              update job set state = 'cancelled', ended_at = now(), error = case kind
                when 'static-delta' then 'the commit was deleted' else 'the image was deleted' end
              where id in (select j.id %s for update of j skip locked) returning id
            ), unscheduled as (
              delete from scheduled_tasks where task_name = :task and not picked
                and task_instance in (select cast(id as text) from gone)
            )
            select count(*) from gone"""
                .formatted(ORPHANS),
            Long.class)
        .setParameter("task", TASK)
        .getSingleResult()
        .map(Math::toIntExact);
  }

  /** Returns how much queued work there is on what is gone. */
  public Uni<Integer> countOrphans(StatelessSession session) {
    return session
        .createNativeQuery("select count(*) " + ORPHANS, Long.class)
        .getSingleResult()
        .map(Math::toIntExact);
  }

  /** Returns the database's time in milliseconds since 1970. */
  Uni<Long> timeMillis(StatelessSession session) {
    return session
        .createNativeQuery(
            "select cast(extract(epoch from clock_timestamp()) * 1000 as bigint)", Long.class)
        .getSingleResult();
  }

  /**
   * Repairs what was written by a clock that was ahead of today's: no pause of ours is a minute
   * long, and no heartbeat comes from the future.
   */
  Uni<Integer> forgetFuture(StatelessSession session) {
    return session
        .createNativeQuery(
            """
            update scheduled_tasks set execution_time = least(execution_time, now()),
              last_heartbeat = least(last_heartbeat, now())
            where task_name = :task and (execution_time > now() + interval '1 minute'
              or last_heartbeat > now() + interval '1 minute')""")
        .setParameter("task", TASK)
        .executeUpdate();
  }

  /** As {@link #forgetFuture}, for the work that goes on in the background. */
  Uni<Integer> forgetFutureWork(StatelessSession session) {
    return session
        .createNativeQuery(
            """
            update background_task set execution_time = least(execution_time, now()),
              last_heartbeat = least(last_heartbeat, now())
            where execution_time > now() + interval '1 minute'
              or last_heartbeat > now() + interval '1 minute'""")
        .executeUpdate();
  }

  /** Returns the job, or null. */
  public Uni<JobEntity> find(StatelessSession session, UUID id) {
    return session.get(JobEntity.class, id);
  }

  /** Returns at most {@code limit} jobs, newest first; an empty state means every state. */
  public Uni<List<JobEntity>> list(StatelessSession session, String state, int limit) {
    return session
        .createNativeQuery(
            """
            select id from job where (:state = '' or state = :state)
            order by created_at desc, id""",
            UUID.class)
        .setParameter("state", state)
        .setMaxResults(limit)
        .getResultList()
        .flatMap(ids -> session.get(JobEntity.class, ids.toArray()))
        .map(jobs -> jobs.stream().filter(Objects::nonNull).toList());
  }

  Uni<Void> begin(StatelessSession session, UUID id) {
    return session
        .createNativeQuery(
            """
            update job set state = 'running', started_at = coalesce(started_at, now()),
              error = null where id = :id""")
        .setParameter("id", id)
        .executeUpdate()
        .replaceWithVoid();
  }

  Uni<Void> progress(StatelessSession session, UUID id, String stage, long done, long total) {
    return session
        .createNativeQuery(
            """
            update job set stage = :stage, done_units = :done, total_units = nullif(:total, -1)
            where id = :id and state = 'running'""")
        .setParameter("id", id)
        .setParameter("stage", stage)
        .setParameter("done", done)
        .setParameter("total", total)
        .executeUpdate()
        .replaceWithVoid();
  }

  /** Ends the job; {@code result} and {@code error} may be null. */
  Uni<Void> end(StatelessSession session, UUID id, String state, String result, String error) {
    return session
        .createNativeQuery(
            """
            update job set state = :state, result = nullif(:result, ''),
              error = nullif(:error, ''), ended_at = now() where id = :id""")
        .setParameter("id", id)
        .setParameter("state", state)
        .setParameter("result", result == null ? "" : result)
        .setParameter("error", error == null ? "" : error)
        .executeUpdate()
        .replaceWithVoid();
  }

  /** Notes a failed try that will be repeated. */
  Uni<Void> retry(StatelessSession session, UUID id, String error) {
    return session
        .createNativeQuery("update job set state = 'queued', error = :error where id = :id")
        .setParameter("id", id)
        .setParameter("error", error)
        .executeUpdate()
        .replaceWithVoid();
  }
}
