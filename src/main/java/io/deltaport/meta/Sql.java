package io.deltaport.meta;

import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import io.smallrye.mutiny.unchecked.Unchecked;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.concurrent.Callable;

/** Helps to write statements. */
public final class Sql {
  private Sql() {}

  /** Returns a duration as a literal of PostgreSQL. */
  public static String interval(Duration duration) {
    return "interval '" + duration.toMillis() + " milliseconds'";
  }

  /**
   * Runs something that blocks in the middle of a transaction, away from the event loop, and goes
   * on where the transaction belongs.
   */
  public static <T> Uni<T> blocking(Callable<T> work) {
    Context context = Vertx.currentContext();
    return Uni.createFrom()
        .item(Unchecked.supplier(work::call))
        .runSubscriptionOn(Infrastructure.getDefaultWorkerPool())
        .emitOn(task -> context.runOnContext(ignored -> task.run()));
  }
}
