package io.deltaport.job;

import com.github.kagkarlsson.scheduler.Scheduler;
import com.github.kagkarlsson.scheduler.SchedulerName;
import com.github.kagkarlsson.scheduler.task.CompletionHandler;
import com.github.kagkarlsson.scheduler.task.ExecutionComplete;
import com.github.kagkarlsson.scheduler.task.ExecutionOperations;
import com.github.kagkarlsson.scheduler.task.TaskInstanceId;
import com.github.kagkarlsson.scheduler.task.helper.RecurringTask;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import com.github.kagkarlsson.scheduler.task.schedule.FixedDelay;
import io.agroal.api.AgroalDataSource;
import io.deltaport.meta.Database;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Instance;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/**
 * Runs jobs with db-scheduler. Thread-safe.
 *
 * <p>A job whose server died is found by its missing heartbeats and runs again, here or elsewhere.
 */
@ApplicationScoped
public class JobRunner {
  private static final Logger LOG = Logger.getLogger(JobRunner.class);

  /** Jobs that run at once: each may hold the delta engine's whole memory budget. */
  private static final int THREADS = 2;

  /**
   * Jobs that are looked for at a time, and how few may be left before the next are, both as a part
   * of the threads. What waits in memory is not overtaken by what is more urgent, so it is little.
   */
  private static final double BATCH = 1;

  private static final double REFILL = 0.5;

  /** Tries before a job is failed for good. */
  private static final int TRIES_MAX = 4;

  /** From one try to the next; the last one goes on for as long as a full disk does. */
  private static final List<Duration> PAUSES =
      Stream.of(2, 4, 8, 15).map(Duration::ofSeconds).toList();

  /** After that upkeep that found other upkeep under way is looked at again. */
  private static final Duration UPKEEP_PAUSE = Duration.ofSeconds(2);

  private static final Duration HEARTBEAT = Duration.ofSeconds(2);

  /** Heartbeats that may be missed before a job counts as dead: 8 s after a crash. */
  private static final int MISSED_HEARTBEATS_MAX = 4;

  private static final Duration POLL = Duration.ofSeconds(1);
  private static final Duration SHUTDOWN_WAIT = Duration.ofSeconds(2);

  private final Database database;
  private final Jobs jobs;
  private final Map<JobKind, JobHandler> handlers = new EnumMap<>(JobKind.class);
  private final SchedulerClock clock = new SchedulerClock();
  private final List<RecurringWork> recurring;
  private final Instance<JobFailures> failures;
  private final Scheduler scheduler;
  private final Semaphore upkeep = new Semaphore(1);

  JobRunner(
      AgroalDataSource dataSource,
      Database database,
      Jobs jobs,
      @Any Instance<JobHandler> found,
      @Any Instance<RecurringWork> recurring,
      @Any Instance<JobFailures> failures) {
    this.failures = failures;
    this.database = database;
    this.jobs = jobs;
    found.forEach(handler -> handlers.put(handler.kind(), handler));
    this.recurring = recurring.stream().filter(work -> work.interval().isPositive()).toList();
    var task =
        Tasks.custom(Jobs.TASK, Void.class)
            .onFailure(this::onFailure)
            .execute((instance, context) -> take(UUID.fromString(instance.getId())));
    scheduler =
        Scheduler.create(dataSource, task)
            .schedulerName(new SchedulerName.Fixed("deltaport-" + UUID.randomUUID()))
            .threads(THREADS)
            .pollingInterval(POLL)
            .pollUsingFetch(REFILL, BATCH)
            .heartbeatInterval(HEARTBEAT)
            .missedHeartbeatsLimit(MISSED_HEARTBEATS_MAX)
            .shutdownMaxWait(SHUTDOWN_WAIT)
            .clock(clock)
            .enablePriority()
            .startTasks(this.recurring.stream().map(JobRunner::task).toList())
            .build();
  }

  /** Begins to take jobs. */
  public void start() {
    clock.set(Instant.ofEpochMilli(database.transact(jobs::timeMillis)));
    database.transact(jobs::forgetFuture);
    scheduler.start();
    recurring.forEach(this::keepInterval);
  }

  private static RecurringTask<Void> task(RecurringWork work) {
    return Tasks.recurring(work.name(), FixedDelay.of(work.interval()))
        .execute((instance, context) -> work.ask());
  }

  /** An earlier server with a longer interval may have planned the next time too late. */
  private void keepInterval(RecurringWork work) {
    TaskInstanceId id = TaskInstanceId.of(work.name(), RecurringTask.INSTANCE);
    Instant latest = clock.now().plus(work.interval());
    scheduler
        .getScheduledExecution(id)
        .filter(execution -> !execution.isPicked() && execution.getExecutionTime().isAfter(latest))
        .ifPresent(execution -> scheduler.reschedule(id, latest));
  }

  /** Stops taking jobs and interrupts those that run: they run again after the next start. */
  public void stop() {
    scheduler.stop();
  }

  /** Looks for due jobs now rather than at the next poll. */
  public void wake() {
    scheduler.triggerCheckForDueExecutions();
  }

  /** Runs a job, unless its turn comes later. */
  private CompletionHandler<Void> take(UUID id) {
    JobEntity job = database.transact(session -> jobs.find(session, id));
    if (job == null || !JobKind.parse(job.kind).isUpkeep()) {
      run(id);
    } else if (upkeep.tryAcquire()) {
      try {
        run(id);
      } finally {
        upkeep.release();
      }
    } else {
      return (complete, operations) ->
          operations.reschedule(complete, complete.getTimeDone().plus(UPKEEP_PAUSE));
    }
    return new CompletionHandler.OnCompleteRemove<>();
  }

  private void run(UUID id) {
    JobEntity job = database.transact(session -> jobs.begin(session, id));
    if (job == null) {
      LOG.debugf("Job %s has ended or is gone; nothing to do", id);
      return;
    }
    JobProgress progress = new JobProgress(database, jobs, id);
    try {
      String result = handlers.get(JobKind.parse(job.kind)).run(job, progress);
      database.transact(session -> jobs.end(session, id, "done", result, null));
    } catch (JobCancelledException e) {
      database.transact(session -> jobs.end(session, id, "cancelled", null, e.getMessage()));
    } catch (JobFailedException e) {
      LOG.warnf("Job %s (%s of %s) failed: %s", id, job.kind, job.target, e.getMessage());
      database.transact(session -> jobs.end(session, id, "failed", null, e.getMessage()));
    } catch (Exception e) {
      if (progress.isCancelled()) {
        LOG.infof("Job %s (%s of %s) was cancelled", id, job.kind, job.target);
        cancelled(id);
      } else if (e instanceof RuntimeException unchecked) {
        throw unchecked;
      } else {
        throw new IllegalStateException(e.getMessage(), e);
      }
    }
  }

  private void cancelled(UUID id) {
    database.transact(session -> jobs.end(session, id, "cancelled", null, Jobs.CANCELLED));
  }

  private void onFailure(ExecutionComplete complete, ExecutionOperations<Void> operations) {
    UUID id = UUID.fromString(complete.getExecution().taskInstance.getId());
    String reason =
        complete
            .getCause()
            .map(e -> e.getMessage() == null ? e.toString() : e.getMessage())
            .orElse("unknown");
    complete.getCause().ifPresent(e -> failures.forEach(listener -> listener.failed(e)));
    int tries = complete.getExecution().consecutiveFailures + 1;
    if (tries >= TRIES_MAX && !PassingFailure.isBehind(complete.getCause().orElse(null))) {
      LOG.errorf(complete.getCause().orElse(null), "Job %s failed %d times; giving up", id, tries);
      database.transact(session -> jobs.end(session, id, "failed", null, reason));
      operations.stop();
      return;
    }
    if (!database.transact(session -> jobs.retry(session, id, reason))) {
      cancelled(id);
      operations.stop();
      return;
    }
    LOG.warnf("Job %s failed (%s); trying again", id, reason);
    Duration pause = PAUSES.get(Math.min(tries, PAUSES.size()) - 1);
    operations.reschedule(complete, complete.getTimeDone().plus(pause));
  }
}
