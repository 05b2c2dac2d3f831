package io.deltaport.image.gc;

import io.deltaport.util.Progress;
import java.io.IOException;

/** A part of a run. Thread-safe; may be repeated at any point. */
interface GcStep {
  /** The steps in their order: what one removes makes garbage for the next. */
  enum Order {
    UPLOADS,
    RETENTION,
    ROWS,
    PACKS,
    FILES,
    PENDING,
    HISTORY
  }

  /** Returns the step's place. */
  Order order();

  /** Does the part, or counts what it would do. */
  void run(Context context) throws IOException;

  /**
   * What the steps of one run share.
   *
   * @param dryRun change nothing
   */
  record Context(boolean dryRun, GcReport.Builder report, Progress progress) {}
}
