package io.deltaport.delta;

import io.deltaport.util.Progress;
import java.io.IOException;
import java.util.Map;
import org.openjdk.jmh.annotations.Benchmark;

/** Finding sources by content for a layer in which every file is renamed. */
public class SimilarBenchmark extends EngineBenchmark {
  private final BenchmarkLayer layer = new BenchmarkLayer(true);
  private final SourceCatalog catalog = new SourceCatalog(layer.sources);

  @Benchmark
  public Map<?, ?> similar() throws IOException {
    return new SimilarSources(layer.objects, DeltaOptions.defaults().threads(), Progress.NONE)
        .choose(new UnclearFiles(catalog, layer.target));
  }
}
