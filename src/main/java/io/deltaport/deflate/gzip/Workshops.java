package io.deltaport.deflate.gzip;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.concurrent.BlockingDeque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingDeque;

/**
 * Threads that describe and make segments, one for each processor, and the tables they work with.
 * Thread-safe.
 */
final class Workshops {
  private static final int THREADS = Runtime.getRuntime().availableProcessors();

  /** How many segments one file has in work at a time. */
  static final int IN_FLIGHT = THREADS + 1;

  private static final ExecutorService POOL =
      Executors.newFixedThreadPool(
          THREADS, Thread.ofPlatform().daemon().name("deflate-", 0).factory());
  private static final BlockingDeque<Workshop> IDLE = new LinkedBlockingDeque<>(THREADS);

  interface Work<T> {
    T in(Workshop workshop) throws IOException;
  }

  private Workshops() {}

  static <T> Future<T> submit(Work<T> work) {
    return POOL.submit(
        () -> {
          Workshop idle = IDLE.pollFirst();
          Workshop workshop = idle != null ? idle : new Workshop();
          T result = work.in(workshop);
          // One in which work failed may be in any state.
          IDLE.offerFirst(workshop);
          return result;
        });
  }

  static <T> Future<T> done(T result) {
    return CompletableFuture.completedFuture(result);
  }

  static <T> T await(Future<T> future) throws IOException {
    try {
      return future.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted");
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IOException failed) {
        throw failed;
      }
      throw new IllegalStateException(e.getCause());
    }
  }
}
