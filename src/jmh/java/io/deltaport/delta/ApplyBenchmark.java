package io.deltaport.delta;

import io.deltaport.delta.tardiff.TarDiffApplier;
import io.deltaport.delta.tardiff.TarDiffCreator;
import io.deltaport.util.Progress;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Setup;

/** Applying the delta of a layer. */
public class ApplyBenchmark extends EngineBenchmark {
  private static final long OUTPUT_MAX_BYTES = 1 << 30;

  private final BenchmarkLayer layer = new BenchmarkLayer(false);
  private final Map<String, SourceFile> sources =
      layer.sources.stream().collect(Collectors.toMap(SourceFile::path, Function.identity()));
  private byte[] delta;

  @Setup
  public void makeDelta() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    TarDiffCreator.create(
        layer.sources, layer.target, layer.objects, out, DeltaOptions.defaults(), Progress.NONE);
    delta = out.toByteArray();
  }

  @Benchmark
  public long apply() throws IOException {
    return TarDiffApplier.apply(
        new ByteArrayInputStream(delta),
        this::open,
        OutputStream.nullOutputStream(),
        OUTPUT_MAX_BYTES);
  }

  private RandomAccessContent open(String path) throws IOException {
    return RandomAccessContent.of(
        layer.objects.openContent(sources.get(path).object()).readAllBytes());
  }
}
