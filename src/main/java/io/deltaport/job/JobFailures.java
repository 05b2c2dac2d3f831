package io.deltaport.job;

/** Hears why jobs fail, each time that one does. Thread-safe. */
public interface JobFailures {
  /** Hears of a failure, which the job may get over by being tried again. */
  void failed(Throwable cause);
}
