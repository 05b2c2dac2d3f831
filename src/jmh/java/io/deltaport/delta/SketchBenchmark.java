package io.deltaport.delta;

import io.deltaport.util.Progress;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Map;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;

/** Finding sources by content: the sketch of 2 MiB, and a layer in which every file is renamed. */
public class SketchBenchmark extends EngineBenchmark {
  /** Numbers in a sketch. */
  @Param({"1024", "4096"})
  public int anchors;

  private final BenchmarkLayer layer = new BenchmarkLayer(true);
  private final SourceCatalog catalog = new SourceCatalog(layer.sources);

  @Benchmark
  public Object sketch() throws IOException {
    return ContentSketch.of(new ByteArrayInputStream(now), anchors);
  }

  @Benchmark
  public Map<?, ?> similar() throws IOException {
    return new SimilarSources(layer.objects, DeltaOptions.defaults(), Progress.NONE)
        .choose(new UnclearFiles(catalog, layer.target));
  }
}
