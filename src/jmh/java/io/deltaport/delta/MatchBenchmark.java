package io.deltaport.delta;

import java.util.List;
import org.openjdk.jmh.annotations.Benchmark;

/** Finding sources by name: the catalog of 200 files, and one question for each of them. */
public class MatchBenchmark extends EngineBenchmark {
  private final BenchmarkLayer layer = new BenchmarkLayer(false);
  private final SourceCatalog catalog = new SourceCatalog(layer.sources);

  @Benchmark
  public SourceCatalog catalog() {
    return new SourceCatalog(layer.sources);
  }

  @Benchmark
  public List<?> match() {
    return layer.sources.stream()
        .map(file -> catalog.choose(file.path().replace("-9/", "-11/"), file.length()))
        .toList();
  }
}
