package io.deltaport.job;

import io.deltaport.meta.Database;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jboss.logging.Logger;

/**
 * Tells of jobs as they change, on whichever server they run. Thread-safe.
 *
 * <p>However many watch, the database is asked once each half second, and not at all when nobody
 * does.
 */
@ApplicationScoped
public class JobEvents {
  private static final Logger LOG = Logger.getLogger(JobEvents.class);

  /** Watchers at a time; each holds a connection. */
  private static final int WATCHERS_MAX = 1_000;

  /** Jobs of one query. */
  private static final int BATCH = 1_000;

  /** Queries each time: more jobs than they find do not change in half a second. */
  private static final int BATCHES_MAX = 100;

  private static final Duration INTERVAL = Duration.ofMillis(500);

  /** From the time that a row tells to the COMMIT of its transaction. */
  private static final Duration OVERLAP = Duration.ofSeconds(3);

  private final Database database;
  private final Jobs jobs;
  private final Set<JobWatcher> watchers = new HashSet<>();
  private boolean polling;

  JobEvents(Database database, Jobs jobs) {
    this.database = database;
    this.jobs = jobs;
  }

  /** Begins to watch; empty when too many do already. What was before must be asked for after. */
  public synchronized Optional<JobWatcher> watch() {
    if (watchers.size() >= WATCHERS_MAX) {
      return Optional.empty();
    }
    JobWatcher watcher = new JobWatcher(this::remove);
    watchers.add(watcher);
    if (!polling) {
      polling = true;
      Thread.ofVirtual().name("job-events").start(this::poll);
    }
    return Optional.of(watcher);
  }

  private synchronized void remove(JobWatcher watcher) {
    watchers.remove(watcher);
  }

  private synchronized boolean goesOn() {
    polling = !watchers.isEmpty();
    return polling;
  }

  private synchronized void tell(JobEntity job) {
    watchers.forEach(watcher -> watcher.tell(job));
  }

  private void poll() {
    Pass pass = new Pass();
    while (goesOn()) {
      try {
        pass.run();
      } catch (RuntimeException e) {
        LOG.debugf("Jobs cannot be watched at the moment: %s", e.getMessage());
      }
      try {
        Thread.sleep(INTERVAL);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  /** What was told last, while anybody watches. */
  private final class Pass {
    private Instant last;
    private Map<UUID, Instant> told = Map.of();

    void run() {
      // The clock may have been set back since the last time.
      Instant time = Instant.ofEpochMilli(database.transact(jobs::timeMillis));
      Instant after = (last == null || time.isBefore(last) ? time : last).minus(OVERLAP);
      Map<UUID, Instant> now = new HashMap<>();
      for (int i = 0; i < BATCHES_MAX && after != null; i++) {
        after = batch(after, now);
      }
      told = now;
      last = time;
    }

    /** Tells of some jobs; returns from when on there are more, or null. */
    private Instant batch(Instant after, Map<UUID, Instant> now) {
      List<JobEntity> found =
          database.transact(session -> jobs.changedAfter(session, after, BATCH));
      for (JobEntity job : found) {
        now.put(job.id, job.changedAt);
        if (!job.changedAt.equals(told.get(job.id))) {
          tell(job);
        }
      }
      return found.size() < BATCH ? null : found.getLast().changedAt;
    }
  }
}
