package io.deltaport.store.driver;

import java.io.IOException;

/** There is no space left for what should be stored; what is stored already is not harmed. */
public final class DiskFullException extends IOException {
  private static final long serialVersionUID = 1L;

  /** Causes that are looked through: more than any failure is wrapped. */
  private static final int CAUSES_MAX = 16;

  public DiskFullException(String message) {
    super(message);
  }

  public DiskFullException(String message, Throwable cause) {
    super(message, cause);
  }

  /** Says whether a full disk is behind a failure, whoever met it. */
  public static boolean isBehind(Throwable failure) {
    Throwable cause = failure;
    for (int i = 0; i < CAUSES_MAX && cause != null; i++, cause = cause.getCause()) {
      if (cause instanceof DiskFullException
          || (cause instanceof IOException
              && String.valueOf(cause.getMessage()).contains("No space left on device"))) {
        return true;
      }
    }
    return false;
  }
}
