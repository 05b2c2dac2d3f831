package io.deltaport.delta;

import io.deltaport.delta.tardiff.TarDiffCreator;
import io.deltaport.util.Progress;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Times the three stages of the engine: finding a source, comparing, and the whole of a layer. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
public class DeltaBenchmark {
  private static final int FILES = 200;
  private static final int COMPARED_BYTES = 2 << 20;

  /** zstd level of the whole-layer benchmark. */
  @Param({"3", "18"})
  public int level;

  private final MemoryObjects objects = new MemoryObjects();
  private final List<SourceFile> sources = new ArrayList<>();
  private final List<TargetPart> target = new ArrayList<>();
  private final byte[] old = fields(1, COMPARED_BYTES);
  private final byte[] now = TestBytes.edited(old, 2, 500);
  private SourceCatalog catalog;

  @Setup
  public void makeLayer() {
    for (int i = 0; i < FILES; i++) {
      byte[] content = fields(i, 20_000 + 1000 * i);
      sources.add(objects.source("usr/lib/modules/6.1.0-9/m" + (char) ('a' + i) + ".ko", content));
      String path = "./usr/lib/modules/6.1.0-10/m" + (char) ('a' + i) + ".ko";
      target.add(new TargetPart.Literal(new byte[512]));
      byte[] edited = i % 2 == 0 ? content : TestBytes.edited(content, i, 50);
      target.add(objects.target(path.getBytes(StandardCharsets.UTF_8), edited));
    }
    catalog = new SourceCatalog(sources);
  }

  /** Returns records of 24 bytes in which little changes, as tables in object files are. */
  private static byte[] fields(long seed, int length) {
    Random random = new Random(seed);
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i++) {
      bytes[i] = (byte) (i % 24 < 6 ? random.nextInt() : i % 24);
    }
    return bytes;
  }

  @Benchmark
  public List<Optional<SourceFile>> match() {
    return sources.stream()
        .map(file -> catalog.older(file.path().replace("-9/", "-11/"), file.length()))
        .toList();
  }

  @Benchmark
  public EditScript compare() {
    return BinaryDiff.compare(old, now, DeltaEffort.DEFAULT);
  }

  @Benchmark
  public DeltaStatistics layer() throws IOException {
    return TarDiffCreator.create(
        catalog,
        target,
        objects,
        OutputStream.nullOutputStream(),
        DeltaOptions.defaults().withCompressionLevel(level),
        Progress.NONE);
  }
}
