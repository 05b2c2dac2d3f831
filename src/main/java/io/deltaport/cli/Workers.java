package io.deltaport.cli;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Does the same work in several threads. */
final class Workers {
  private Workers() {}

  /** Work that ends when there is nothing more to do. */
  interface Work {
    void run() throws IOException;
  }

  /** Runs the work so many times at once; the first failure interrupts the others. */
  static void run(int count, Work work) throws IOException {
    if (count == 0) {
      return;
    }
    ExecutorService threads = Executors.newFixedThreadPool(count);
    try {
      ExecutorCompletionService<Void> running = new ExecutorCompletionService<>(threads);
      List<Future<Void>> all = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        all.add(
            running.submit(
                () -> {
                  work.run();
                  return null;
                }));
      }
      for (int i = 0; i < all.size(); i++) {
        running.take().get();
      }
    } catch (ExecutionException e) {
      throw failure(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted");
    } finally {
      threads.shutdownNow();
    }
  }

  private static IOException failure(ExecutionException e) {
    if (e.getCause() instanceof CliException known) {
      throw known;
    }
    if (e.getCause() instanceof IOException known) {
      return known;
    }
    throw new IllegalStateException(e.getCause());
  }
}
