package io.deltaport.delta;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;

/** Hands over what another thread has computed. */
public final class Finished {
  private Finished() {}

  /**
   * Waits for the result.
   *
   * @throws IOException if the work failed so, or waiting was interrupted; other failures of the
   *     work are thrown as they are
   */
  public static <T> T await(Future<T> work) throws IOException {
    try {
      return work.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      InterruptedIOException interrupted = new InterruptedIOException("the delta was interrupted");
      interrupted.initCause(e);
      throw interrupted;
    } catch (ExecutionException e) {
      throw unwrapped(e);
    }
  }

  private static IOException unwrapped(ExecutionException e) {
    return switch (e.getCause()) {
      case IOException failure -> failure;
      case RuntimeException failure -> throw failure;
      case Error failure -> throw failure;
      default -> new IOException(e.getCause());
    };
  }
}
