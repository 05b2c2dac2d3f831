package io.deltaport.job;

import io.deltaport.meta.DatabaseFullException;
import io.deltaport.meta.DatabaseUnavailableException;
import io.deltaport.store.driver.DiskFullException;

/** Tells failures that are no fault of the work: it will be done when their cause is gone. */
public final class PassingFailure {
  private PassingFailure() {}

  /** Says whether such a failure is behind this one; null is none. */
  public static boolean isBehind(Throwable failure) {
    for (Throwable e = failure; e != null; e = e.getCause()) {
      if (e instanceof DatabaseFullException || e instanceof DatabaseUnavailableException) {
        return true;
      }
    }
    return DiskFullException.isBehind(failure);
  }
}
