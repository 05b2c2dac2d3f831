package io.deltaport.job;

import io.deltaport.util.Progress;

/** Does the work of one kind of job. Thread-safe; a job may run again after a crash. */
public interface JobHandler {
  /** Returns the kind that this handler works on. */
  JobKind kind();

  /**
   * Does the work.
   *
   * @return what it made, usually a digest, or null
   * @throws JobCancelledException when what the job is about no longer exists
   * @throws Exception for anything else: the job is tried again, then failed
   */
  String run(JobEntity job, Progress progress) throws Exception;
}
