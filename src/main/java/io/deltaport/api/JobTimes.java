package io.deltaport.api;

import io.deltaport.job.JobEntity;
import java.time.Duration;

/** What follows from how far a job has come. */
final class JobTimes {
  private static final int WHOLE = 100;

  /** Before this the speed says nothing. */
  private static final Duration MEASURED_MIN = Duration.ofSeconds(1);

  private JobTimes() {}

  /** Returns how much of its stage is done, rounded down; null when nobody knows. */
  static Integer percent(JobEntity job) {
    if (!isMeasured(job)) {
      return null;
    }
    return (int) Math.min(WHOLE, WHOLE * (double) job.doneUnits / job.totalUnits);
  }

  /** Returns how long its stage will take at the speed that it has; null when nobody knows. */
  static Long remainingSeconds(JobEntity job) {
    if (!isMeasured(job) || job.doneUnits == 0 || job.stageAt == null) {
      return null;
    }
    Duration spent = Duration.between(job.stageAt, job.changedAt);
    if (spent.compareTo(MEASURED_MIN) < 0) {
      return null;
    }
    double left = Math.max(0, job.totalUnits - job.doneUnits);
    return Math.round(spent.toMillis() / 1000.0 * left / job.doneUnits);
  }

  private static boolean isMeasured(JobEntity job) {
    return job.doneUnits != null && job.totalUnits != null && job.totalUnits > 0;
  }
}
