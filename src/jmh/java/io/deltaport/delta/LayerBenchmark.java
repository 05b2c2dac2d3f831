package io.deltaport.delta;

import io.deltaport.delta.tardiff.TarDiffCreator;
import io.deltaport.util.Progress;
import java.io.IOException;
import java.io.OutputStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

/** The whole of a layer: matching, comparing, writing. */
public class LayerBenchmark extends EngineBenchmark {
  @Param public DeltaEffort effort;

  /** Whether sources must be found by content. */
  @Param({"false", "true"})
  public boolean renamed;

  private BenchmarkLayer layer;

  @Setup
  public void makeLayer() {
    layer = new BenchmarkLayer(renamed);
  }

  @Benchmark
  public DeltaStatistics layer() throws IOException {
    return TarDiffCreator.create(
        layer.sources,
        layer.target,
        layer.objects,
        OutputStream.nullOutputStream(),
        DeltaOptions.defaults().withEffort(effort),
        Progress.NONE);
  }
}
