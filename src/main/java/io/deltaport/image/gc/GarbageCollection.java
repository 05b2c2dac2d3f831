package io.deltaport.image.gc;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.deltaport.job.JobEntity;
import io.deltaport.job.JobHandler;
import io.deltaport.job.JobKind;
import io.deltaport.meta.Database;
import io.deltaport.meta.gc.GcRuns;
import io.deltaport.util.Progress;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Instance;
import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import org.jboss.logging.Logger;

/**
 * Collects garbage, one step after the other: what a step removes makes more garbage for the next.
 * Thread-safe; runs beside pushes, pulls and deletes, and may die at any point.
 *
 * <p>Rows go first, in transactions that look again under lock; files are unlinked later. What is
 * not known to be garbage stays.
 */
@ApplicationScoped
class GarbageCollection implements JobHandler {
  /** Target of the job that only reports. */
  static final String DRY_RUN = "dry-run";

  /** Target of the job that removes garbage. */
  static final String SWEEP = "sweep";

  private static final Logger LOG = Logger.getLogger(GarbageCollection.class);

  private final Database database;
  private final GcRuns runs;
  private final ObjectMapper json;
  private final List<GcStep> steps;

  GarbageCollection(
      Database database, GcRuns runs, ObjectMapper json, @Any Instance<GcStep> steps) {
    this.database = database;
    this.runs = runs;
    this.json = json;
    this.steps = steps.stream().sorted(Comparator.comparing(GcStep::order)).toList();
  }

  @Override
  public JobKind kind() {
    return JobKind.GC;
  }

  @Override
  public String run(JobEntity job, Progress progress) throws IOException {
    boolean dryRun = job.target.equals(DRY_RUN);
    database.transact(session -> runs.begin(session, job.id, dryRun));
    GcReport.Builder report = new GcReport.Builder();
    for (GcStep step : steps) {
      step.run(new GcStep.Context(dryRun, report, progress));
    }
    GcReport result = report.build(dryRun);
    log(result);
    String text = text(result);
    database.transact(session -> runs.end(session, job.id, text));
    return null;
  }

  private static void log(GcReport report) {
    if (!report.dryRun()) {
      for (GcReport.Item item : report.removed()) {
        LOG.infof(
            "Removed %d of kind %s (%d bytes): %s",
            item.count(), item.kind(), item.bytes(), item.reason());
      }
      report.notes().forEach(LOG::warn);
    }
  }

  private String text(GcReport report) {
    try {
      return json.writeValueAsString(report);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a report is always JSON", e);
    }
  }
}
