package io.deltaport.delta;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * Computes pieces on several threads and writes them in the order in which they were put in. Used
 * by one thread, which is also the one that writes.
 *
 * <p>Bounded by the heap that the waiting pieces declare: while the budget is used up, putting in a
 * piece writes the oldest ones first.
 */
final class WorkQueue implements AutoCloseable {
  /** A finished piece. */
  @FunctionalInterface
  interface Output {
    void write(DeltaWriter writer) throws IOException;
  }

  /** Most pieces that wait, however small they are. */
  private static final int PIECES_MAX = 1024;

  private record Entry(Future<Output> output, long bytes) {}

  private final DeltaWriter writer;
  private final long budgetBytes;
  private final ExecutorService threads;
  private final Queue<Entry> entries = new ArrayDeque<>();
  private long usedBytes;

  WorkQueue(DeltaWriter writer, DeltaOptions options) {
    this.writer = writer;
    this.budgetBytes = options.memoryBudgetBytes();
    this.threads =
        Executors.newFixedThreadPool(
            options.threads(), Thread.ofPlatform().daemon().name("delta-", 0).factory());
  }

  /** Returns who writes the pieces. */
  DeltaWriter writer() {
    return writer;
  }

  /** Puts in a piece that costs nothing to compute and little memory. */
  void put(Output output) throws IOException {
    makeRoom(0);
    entries.add(new Entry(CompletableFuture.completedFuture(output), 0));
  }

  /** Makes room for {@code bytes} of heap, then lets another thread compute a piece. */
  void submit(long bytes, Callable<Output> work) throws IOException {
    makeRoom(bytes);
    usedBytes += bytes;
    entries.add(new Entry(threads.submit(work), bytes));
  }

  /** Writes pieces until {@code bytes} more fit into the budget, or nothing waits. */
  void makeRoom(long bytes) throws IOException {
    while (!entries.isEmpty()
        && (usedBytes + bytes > budgetBytes
            || entries.size() >= PIECES_MAX
            || entries.peek().output().isDone())) {
      writeOldest();
    }
  }

  /** Writes everything that waits. */
  void finish() throws IOException {
    while (!entries.isEmpty()) {
      writeOldest();
    }
  }

  private void writeOldest() throws IOException {
    Entry entry = entries.remove();
    usedBytes -= entry.bytes();
    Finished.await(entry.output()).write(writer);
  }

  /** Ends the threads; work that has not begun is given up. Returns when no thread is at work. */
  @Override
  public void close() {
    threads.shutdownNow();
    boolean interrupted = false;
    while (true) {
      try {
        if (threads.awaitTermination(1, TimeUnit.MINUTES)) {
          break;
        }
      } catch (InterruptedException e) {
        interrupted = true; // a comparison ends by itself soon; what it reads must outlive it
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
