package io.deltaport.image.scrub;

import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.concurrent.TimeUnit;

/**
 * Asks for the repairs that jobs do, and waits for them. Thread-safe. The cursor is the outcome so
 * far of the findings that are looked at.
 */
@ApplicationScoped
class RepairStage implements Stage {
  private static final long POLL_MILLIS = 500;

  private final Settlement settlement;

  RepairStage(Settlement settlement) {
    this.settlement = settlement;
  }

  @Override
  public String name() {
    return "repairs";
  }

  @Override
  public Step step(Pass pass, String cursor) throws IOException {
    if (settlement.settle(cursor, cursor.isEmpty()) == 0 || !pass.waits()) {
      return Step.END;
    }
    try {
      TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("the scrub is broken off");
    }
    return new Step(Findings.REPAIRING, 0);
  }
}
