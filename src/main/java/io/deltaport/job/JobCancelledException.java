package io.deltaport.job;

/** What the job was about is gone, so there is nothing left to do. */
public final class JobCancelledException extends Exception {
  private static final long serialVersionUID = 1L;

  public JobCancelledException(String message) {
    super(message);
  }
}
