package io.deltaport.job;

import com.github.kagkarlsson.scheduler.Scheduler;
import com.github.kagkarlsson.scheduler.SchedulerName;
import com.github.kagkarlsson.scheduler.task.helper.RecurringTask;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import com.github.kagkarlsson.scheduler.task.schedule.FixedDelay;
import io.agroal.api.AgroalDataSource;
import io.deltaport.meta.Database;
import io.deltaport.meta.DatabaseUnavailableException;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Instance;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jboss.logging.Logger;

/**
 * Keeps background work going, each kind on one server of all, with db-scheduler. Thread-safe.
 *
 * <p>It has a table and threads of its own: work that takes days must not take the place of a job.
 */
@ApplicationScoped
public class BackgroundRunner {
  private static final Logger LOG = Logger.getLogger(BackgroundRunner.class);
  private static final String TABLE = "background_task";
  private static final Duration PAUSE = Duration.ofSeconds(1);
  private static final Duration HEARTBEAT = Duration.ofSeconds(2);

  /** Heartbeats that may be missed before another server takes over: 8 s after a crash. */
  private static final int MISSED_HEARTBEATS_MAX = 4;

  private static final Duration SHUTDOWN_WAIT = Duration.ofSeconds(2);

  private final Database database;
  private final Jobs jobs;
  private final SchedulerClock clock = new SchedulerClock();
  private final Scheduler scheduler;

  BackgroundRunner(
      AgroalDataSource dataSource,
      Database database,
      Jobs jobs,
      @Any Instance<BackgroundWork> works) {
    this.database = database;
    this.jobs = jobs;
    List<RecurringTask<?>> tasks = new ArrayList<>();
    for (BackgroundWork work : works) {
      tasks.add(
          Tasks.recurring(work.name(), FixedDelay.of(PAUSE))
              .execute((instance, context) -> run(work)));
    }
    scheduler =
        Scheduler.create(dataSource)
            .startTasks(tasks)
            .tableName(TABLE)
            .schedulerName(new SchedulerName.Fixed("deltaport-" + UUID.randomUUID()))
            .threads(Math.max(1, tasks.size()))
            .pollingInterval(PAUSE)
            .heartbeatInterval(HEARTBEAT)
            .missedHeartbeatsLimit(MISSED_HEARTBEATS_MAX)
            .shutdownMaxWait(SHUTDOWN_WAIT)
            .clock(clock)
            .build();
  }

  /** Begins. */
  public void start() {
    clock.set(Instant.ofEpochMilli(database.transact(jobs::timeMillis)));
    database.transact(jobs::forgetFutureWork);
    scheduler.start();
  }

  /** Breaks off what runs: it goes on after the next start. */
  public void stop() {
    scheduler.stop();
  }

  private static void run(BackgroundWork work) {
    try {
      work.run();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (DatabaseUnavailableException e) {
      LOG.debugf(e, "No database for the background work %s; it is tried again", work.name());
    } catch (Exception e) {
      LOG.errorf(e, "The background work %s failed; it is tried again", work.name());
    }
  }
}
