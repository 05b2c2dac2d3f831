package io.deltaport.store.cache;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/** Removes files a little later than they have to go, so that who was told of one can open it. */
final class Lingering {
  private Lingering() {}

  /** Returns what runs tasks so much later, and never in the thread that asks for it. */
  static Executor executor(Duration linger) {
    return CompletableFuture.delayedExecutor(
        linger.toMillis(),
        TimeUnit.MILLISECONDS,
        task -> Thread.ofVirtual().name("lingering").start(task));
  }
}
