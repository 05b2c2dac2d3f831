package io.deltaport.delta;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;

/** The sketch of a file of 2 MiB. */
public class SketchBenchmark extends EngineBenchmark {
  /** Numbers in a sketch. */
  @Param({"1024", "4096"})
  public int anchors;

  @Benchmark
  public Object sketch() throws IOException {
    return ContentSketch.of(new ByteArrayInputStream(now), anchors);
  }
}
