package io.deltaport.image.scrub;

import io.deltaport.job.BackgroundWork;
import io.deltaport.meta.Database;
import io.deltaport.meta.DatabaseUnavailableException;
import io.deltaport.meta.ScrubRuns;
import io.deltaport.meta.ScrubRuns.Run;
import io.deltaport.store.driver.Driver;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.time.Duration;
import java.util.List;
import org.jboss.logging.Logger;

/**
 * Looks at everything that is stored, again and again: what readers stumbled over at once, the rest
 * in passes. Thread-safe; the background runner lets one server of all be in it.
 *
 * <p>A pass goes stage by stage, and its cursor is stored, so that after a restart it goes on where
 * it was. Blobs come first, since recipes and objects, which could repair them, may go out of use
 * later in the pass.
 */
@ApplicationScoped
class Scrub implements BackgroundWork {
  private static final Logger LOG = Logger.getLogger(Scrub.class);

  /** Between two looks at findings that nobody works on: a push may have healed them. */
  private static final Duration SETTLE_PAUSE = Duration.ofSeconds(15);

  private final Database database;
  private final ScrubRuns runs;
  private final Driver driver;
  private final SuspectCheck suspects;
  private final Settlement settlement;
  private final ScrubMetrics metrics;
  private final long bytesPerSecond;
  private final Duration interval;
  private final List<Stage> stages;
  private long settledNanos = System.nanoTime() - SETTLE_PAUSE.toNanos();

  Scrub(
      Database database,
      ScrubRuns runs,
      Driver driver,
      Stages stages,
      SuspectCheck suspects,
      Settlement settlement,
      ScrubMetrics metrics,
      ScrubSettings settings) {
    this.database = database;
    this.runs = runs;
    this.driver = driver;
    this.stages = stages.all();
    this.suspects = suspects;
    this.settlement = settlement;
    this.metrics = metrics;
    this.bytesPerSecond = settings.bytesPerSecond();
    this.interval = settings.interval();
  }

  @Override
  public String name() {
    return "scrub";
  }

  @Override
  public void run() throws InterruptedException, IOException {
    database.transact(session -> runs.requestIfDue(session, interval));
    Run run = database.transact(runs::active);
    try {
      tend(run == null ? 0 : run.id());
      if (run != null) {
        pass(run, true);
      }
    } catch (InterruptedIOException | ClosedByInterruptException e) {
      throw (InterruptedException) new InterruptedException().initCause(e);
    }
  }

  /** Does what must not wait until the end of a pass, which may take days. */
  private void tend(long run) throws IOException {
    if (suspects.check(run) && run == 0) {
      // Where one thing is damaged more may be.
      database.transact(session -> runs.request(session, "damage", null));
    }
    if (System.nanoTime() - settledNanos >= SETTLE_PAUSE.toNanos()) {
      settlement.settle("", false);
      settledNanos = System.nanoTime();
    }
  }

  /** Makes the pass that was asked for in the caller's own time, without a limit. */
  void runOffline() throws IOException {
    pass(database.transact(runs::active), false);
  }

  private void pass(Run run, boolean online) throws IOException {
    long rate = run.rateBytes() == null ? bytesPerSecond : run.rateBytes();
    Pass pass = Pass.of(run.id(), driver, online ? rate : 0, online);
    database.transact(session -> runs.begin(session, run.id(), stages.getFirst().name()));
    LOG.infof(
        "Scrub %d (%s) %s", run.id(), run.cause(), run.stage().isEmpty() ? "begins" : "goes on");
    String error = null;
    try {
      // A stage of another version is unknown: then everything is looked at.
      boolean found = stages.stream().noneMatch(stage -> stage.name().equals(run.stage()));
      for (Stage stage : stages) {
        boolean current = stage.name().equals(run.stage());
        if (found || current) {
          walk(pass, stage, current ? run.cursor() : "");
        }
        found |= current;
      }
    } catch (InterruptedIOException | ClosedByInterruptException | DatabaseUnavailableException e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      LOG.errorf(e, "Scrub %d failed", run.id());
      error = String.valueOf(e.getMessage());
    }
    end(run.id(), error);
  }

  private void walk(Pass pass, Stage stage, String from) throws IOException {
    String cursor = from;
    while (cursor != null) {
      Stage.Step step = stage.step(pass, cursor);
      long bytes = pass.throttle().takeCount();
      metrics.read(bytes);
      cursor = step.cursor();
      if (cursor != null) {
        String reached = cursor;
        database.transactOnce(
            session ->
                runs.advance(session, pass.run(), stage.name(), reached, bytes, step.items()));
        if (pass.waits()) {
          tend(pass.run());
        }
      }
    }
  }

  private void end(long run, String error) {
    database.transact(session -> runs.end(session, run, error));
    if (error == null) {
      database.transact(session -> runs.settleReadable(session, run));
    }
    Run ended = database.transact(session -> runs.find(session, run));
    LOG.infof(
        "Scrub %d is %s: %d items, %d bytes, %d findings, %d of them open",
        run,
        ended.state(),
        ended.work().items(),
        ended.work().bytesRead(),
        ended.findings(),
        ended.open());
  }
}
