package io.deltaport.cli;

import io.deltaport.util.Progress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Shows on standard error how far work has come, when that is a terminal; else says nothing.
 * Thread-safe.
 */
public final class ProgressBar implements Progress, AutoCloseable {
  private static final int WIDTH = 30;
  private static final long INTERVAL_NANOS = 100_000_000L;

  private final boolean visible = isTerminal();
  private String stage = "";
  private long startedNanos;
  private long shownNanos;
  private boolean drawn;

  /** Asks about standard error itself: Java knows only whether all streams are a terminal. */
  private static boolean isTerminal() {
    try {
      String device = Files.readSymbolicLink(Path.of("/proc/self/fd/2")).toString();
      return device.startsWith("/dev/pts/") || device.startsWith("/dev/tty");
    } catch (IOException | UnsupportedOperationException e) {
      return false;
    }
  }

  @Override
  public synchronized void update(String newStage, long done, long total) {
    long now = System.nanoTime();
    if (!newStage.equals(stage)) {
      stage = newStage;
      startedNanos = now;
      shownNanos = 0;
    }
    if (!visible || now - shownNanos < INTERVAL_NANOS) {
      return;
    }
    shownNanos = now;
    drawn = true;
    System.err.print("\r" + line(done, total, (now - startedNanos) / 1e9) + "\u001b[K");
    System.err.flush();
  }

  private String line(long done, long total, double seconds) {
    if (total <= 0) {
      return String.format("%-10s %s", stage, done > 0 ? Output.bytes(done) : "...");
    }
    double share = Math.min(1, (double) done / total);
    int filled = (int) (share * WIDTH);
    String rest = share > 0.01 ? String.format(", %.0f s left", seconds * (1 - share) / share) : "";
    return String.format(
        "%-10s [%s%s] %3.0f %% of %s, %s/s%s",
        stage,
        "#".repeat(filled),
        " ".repeat(WIDTH - filled),
        100 * share,
        Output.bytes(total),
        Output.bytes((long) (done / Math.max(seconds, 0.001))),
        rest);
  }

  @Override
  public synchronized void close() {
    if (drawn) {
      System.err.print("\r\u001b[K");
      System.err.flush();
    }
  }
}
