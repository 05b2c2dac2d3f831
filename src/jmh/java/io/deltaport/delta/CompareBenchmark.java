package io.deltaport.delta;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;

/** Comparing two files of 2 MiB, the index included. */
public class CompareBenchmark extends EngineBenchmark {
  @Param public DeltaEffort effort;

  @Benchmark
  public EditScript compare() {
    return BinaryDiff.compare(old, now, effort);
  }
}
