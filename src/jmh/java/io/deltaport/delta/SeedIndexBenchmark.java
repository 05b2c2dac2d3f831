package io.deltaport.delta;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

/** Building the index of a source. */
public class SeedIndexBenchmark extends EngineBenchmark {
  /** Length of the source. */
  @Param({"65536", "2097152", "16777216"})
  public int bytes;

  private byte[] source;

  @Setup
  public void makeSource() {
    source = fields(3, bytes);
  }

  @Benchmark
  public Object seedIndex() {
    return new SeedIndex(source, source.length);
  }
}
