package io.deltaport.it;

import io.deltaport.it.FaultProxy.Fault;
import io.deltaport.it.FaultProxy.Verdict;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Breaks connections to PostgreSQL in the moment of COMMIT: the first few, whichever they are.
 * Thread-safe; makes one fault for each connection.
 *
 * @param answerLost whether COMMIT still arrives, and its answer does not; otherwise it is lost too
 */
record CommitFault(boolean answerLost, AtomicInteger left) {
  /** The simple query COMMIT as it goes over the wire: its kind, its length, its text, a zero. */
  private static final byte[] COMMIT = "Q\0\0\0\013COMMIT\0".getBytes(StandardCharsets.ISO_8859_1);

  static CommitFault of(boolean answerLost, int times) {
    return new CommitFault(answerLost, new AtomicInteger(times));
  }

  boolean happened() {
    return left.get() <= 0;
  }

  Fault forConnection() {
    return new Fault() {
      private volatile boolean committing;

      @Override
      public Verdict on(byte[] bytes, int count, boolean upwards) {
        if (!upwards) {
          return committing ? Verdict.CUT : Verdict.PASS;
        }
        if (!isCommit(bytes, count) || left.getAndDecrement() <= 0) {
          return Verdict.PASS;
        }
        committing = true;
        return answerLost ? Verdict.PASS : Verdict.CUT;
      }
    };
  }

  private static boolean isCommit(byte[] bytes, int count) {
    for (int at = 0; at + COMMIT.length <= count; at++) {
      if (java.util.Arrays.equals(bytes, at, at + COMMIT.length, COMMIT, 0, COMMIT.length)) {
        return true;
      }
    }
    return false;
  }
}
