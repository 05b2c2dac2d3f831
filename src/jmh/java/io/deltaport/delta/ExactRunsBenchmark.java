package io.deltaport.delta;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Setup;

/** Turning one alignment of 2 MiB, in which single bytes changed, into edits. */
public class ExactRunsBenchmark extends EngineBenchmark {
  private static final int CHANGED_EVERY_BYTES = 37;

  private final byte[] changed = old.clone();

  @Setup
  public void change() {
    for (int i = 0; i < changed.length; i += CHANGED_EVERY_BYTES) {
      changed[i]++;
    }
  }

  @Benchmark
  public EditScript exactRuns() {
    ExactRuns runs = new ExactRuns(old, changed);
    runs.aligned(0, 0, changed.length);
    return runs.build();
  }
}
