package io.deltaport.job;

import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Stream;
import org.hibernate.reactive.mutiny.Mutiny;
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
          when j.kind in ('absorb', 'delta', 'compact') then (
            select count(*) from manifest m join repository r on r.id = m.repository_id
            where r.name = j.repository and m.digest in (j.target, coalesce(j.source, j.target)))
          when j.kind = 'restack' then (
            select 2 * count(*) from manifest m join repository r on r.id = m.repository_id
            where r.name = j.repository and m.digest = j.target)
          when j.kind = 'static-delta' then (
            select count(*) from ostree_commit c join repository r on r.id = c.repository_id
            where r.name = j.repository and c.checksum in (
              decode(j.target, 'hex'), decode(coalesce(j.source, j.target), 'hex')))
          else 2 end
          < case when j.source is null then 1 else 2 end""";

  private static final String IS_ACTIVE =
      """
      kind = :kind and repository = :repository and target = :target
      and coalesce(source, '') = :source and state in ('queued', 'running')""";

  /** Why a job has ended that somebody cancelled. */
  static final String CANCELLED = "it was cancelled on request";

  /**
   * Asks for work and returns the job's id: a new one, or that of the same work not yet ended,
   * which becomes as urgent as it is asked for now.
   */
  public Uni<UUID> enqueue(StatelessSession session, JobRequest request) {
    UUID id = UUID.randomUUID();
    return bind(
            session.createNativeQuery(
                """
                insert into job
                  (id, kind, repository, source, target, state, priority, requested, effort)
                values (:id, :kind, :repository, nullif(:source, ''), :target, 'queued', :priority,
                  :requested, nullif(:effort, ''))
                on conflict do nothing"""),
            request)
        .setParameter("id", id)
        .executeUpdate()
        .flatMap(
            count ->
                count == 0
                    ? join(session, request)
                    : schedule(session, id, request.priority()).replaceWith(id));
  }

  private static <T extends Mutiny.AbstractQuery> T bind(T query, JobRequest request) {
    name(query, request);
    query.setParameter("priority", request.priority().value());
    query.setParameter("requested", request.requested());
    query.setParameter("effort", request.effort() == null ? "" : request.effort());
    return query;
  }

  private static <T extends Mutiny.AbstractQuery> T name(T query, JobRequest request) {
    query.setParameter("kind", request.kind().text());
    query.setParameter("repository", request.repository());
    query.setParameter("target", request.target());
    query.setParameter("source", request.source() == null ? "" : request.source());
    return query;
  }

  /** Due at once, even by a clock that is off by hours. */
  private static Uni<Integer> schedule(StatelessSession session, UUID id, JobPriority priority) {
    return session
        .createNativeQuery(
            """
            insert into scheduled_tasks
              (task_name, task_instance, execution_time, picked, version, priority)
            values (:task, :id, now() - interval '1 day', false, 1, :priority)""")
        .setParameter("task", TASK)
        .setParameter("id", id.toString())
        .setParameter("priority", priority.value())
        .executeUpdate();
  }

  /** Whoever asks by name for work that is being cancelled takes the cancelling back. */
  private Uni<UUID> join(StatelessSession session, JobRequest request) {
    return bind(
            session.createNativeQuery(
                """
                update job set priority = greatest(priority, :priority),
                  requested = requested or :requested,
                  cancelling = cancelling and not :requested,
                  effort = coalesce(nullif(:effort, ''), effort)
                where %s returning id"""
                    .formatted(IS_ACTIVE),
                UUID.class),
            request)
        .getSingleResultOrNull()
        .flatMap(
            id ->
                id == null
                    ? enqueue(session, request) // It has ended at this moment.
                    : hasten(session, id, request.priority()).replaceWith(id));
  }

  private static Uni<Integer> hasten(StatelessSession session, UUID id, JobPriority priority) {
    return session
        .createNativeQuery(
            """
            update scheduled_tasks set priority = :priority
            where task_name = :task and task_instance = :id and not picked
              and priority < :priority""")
        .setParameter("task", TASK)
        .setParameter("id", id.toString())
        .setParameter("priority", priority.value())
        .executeUpdate();
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

  /** Says whether there is such work that has not ended. */
  public Uni<Boolean> isActive(StatelessSession session, JobRequest request) {
    return name(
            session.createNativeQuery("select count(*) from job where " + IS_ACTIVE, Long.class),
            request)
        .getSingleResult()
        .map(count -> count > 0);
  }

  /**
   * Ends a job: at once one that waits, soon one that runs, and not at all one that has ended.
   * Returns the job, or null when there is none.
   */
  public Uni<JobEntity> cancel(StatelessSession session, UUID id) {
    return session
        .createNativeQuery(
            """
            with cancelled as (
              update job set cancelling = true,
                state = case state when 'queued' then 'cancelled' else state end,
                error = case state when 'queued' then :reason else error end,
                ended_at = case state when 'queued' then now() end
              where id = :id and state in ('queued', 'running') returning id, state
            ), unscheduled as (
              delete from scheduled_tasks where task_name = :task and not picked
                and task_instance in (
                  select cast(id as text) from cancelled where state = 'cancelled')
            )
            select count(*) from cancelled""",
            Long.class)
        .setParameter("id", id)
        .setParameter("task", TASK)
        .setParameter("reason", CANCELLED)
        .getSingleResult()
        .flatMap(ignored -> find(session, id));
  }

  /** Makes a job that has not ended more or less urgent; returns it, or null. */
  public Uni<JobEntity> prioritize(StatelessSession session, UUID id, JobPriority priority) {
    return session
        .createNativeQuery(
            """
            with changed as (
              update job set priority = :priority
              where id = :id and state in ('queued', 'running') returning id
            ), moved as (
              update scheduled_tasks set priority = :priority
              where task_name = :task and task_instance in (select cast(id as text) from changed)
            )
            select count(*) from changed""",
            Long.class)
        .setParameter("id", id)
        .setParameter("task", TASK)
        .setParameter("priority", priority.value())
        .getSingleResult()
        .flatMap(ignored -> find(session, id));
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

  /** Returns at most {@code limit} jobs, newest first; an empty state or repository means every. */
  public Uni<List<JobEntity>> list(
      StatelessSession session, String repository, String state, int limit) {
    return session
        .createNativeQuery(
            """
            select id from job where (:state = '' or state = :state)
              and (:repository = '' or repository = :repository)
            order by created_at desc, id""",
            UUID.class)
        .setParameter("state", state)
        .setParameter("repository", repository)
        .setMaxResults(limit)
        .getResultList()
        .flatMap(ids -> all(session, ids));
  }

  /** Returns at most {@code limit} jobs that changed after some time, those of long ago first. */
  Uni<List<JobEntity>> changedAfter(StatelessSession session, Instant after, int limit) {
    return session
        .createNativeQuery(
            "select id from job where changed_at > :after order by changed_at, id", UUID.class)
        .setParameter("after", after)
        .setMaxResults(limit)
        .getResultList()
        .flatMap(ids -> all(session, ids));
  }

  private static Uni<List<JobEntity>> all(StatelessSession session, List<UUID> ids) {
    return session
        .get(JobEntity.class, ids.toArray())
        .map(jobs -> jobs.stream().filter(Objects::nonNull).toList());
  }

  /**
   * Notes that a job runs, and returns it; null when it has ended or shall not run. One that was to
   * be cancelled when its server died is cancelled now.
   */
  Uni<JobEntity> begin(StatelessSession session, UUID id) {
    return session
        .createNativeQuery(
            """
            update job set state = case when cancelling then 'cancelled' else 'running' end,
              started_at = coalesce(started_at, now()), stage = null, done_units = null,
              total_units = null, error = case when cancelling then :reason end,
              ended_at = case when cancelling then now() end
            where id = :id and state in ('queued', 'running')""")
        .setParameter("id", id)
        .setParameter("reason", CANCELLED)
        .executeUpdate()
        .flatMap(count -> count == 0 ? Uni.createFrom().nullItem() : find(session, id))
        .map(job -> job != null && job.state.equals("running") ? job : null);
  }

  /** Notes how far a job has come; returns true when it shall end. */
  Uni<Boolean> progress(StatelessSession session, UUID id, String stage, long done, long total) {
    return session
        .createNativeQuery(
            """
            update job set stage = :stage, done_units = :done, total_units = nullif(:total, -1)
            where id = :id and state = 'running' returning cancelling""",
            Boolean.class)
        .setParameter("id", id)
        .setParameter("stage", stage)
        .setParameter("done", done)
        .setParameter("total", total)
        .getSingleResultOrNull()
        .map(Boolean.TRUE::equals);
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

  /** Notes a failed try that will be repeated; returns false when it shall not be. */
  Uni<Boolean> retry(StatelessSession session, UUID id, String error) {
    return session
        .createNativeQuery(
            "update job set state = 'queued', error = :error where id = :id and not cancelling")
        .setParameter("id", id)
        .setParameter("error", error)
        .executeUpdate()
        .map(count -> count > 0);
  }
}
