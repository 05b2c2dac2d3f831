package io.deltaport.delta;

import io.deltaport.delta.tardiff.TarDiffWriter;
import java.io.IOException;
import java.io.OutputStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

/** Writing and compressing the patch of one file of 2 MiB, on one thread. */
public class WriteBenchmark extends EngineBenchmark {
  @Param public DeltaEffort effort;

  /** Version of the format; with 2 a frame with a dictionary is made, too, and compared. */
  @Param({"1", "2"})
  public int version;

  private Patch patch;
  private DeltaOptions options;

  @Setup
  public void makePatch() {
    patch = patch(effort);
    options = DeltaOptions.defaults().withEffort(effort).withThreads(1).withTarDiffVersion(version);
  }

  @Benchmark
  public void write() throws IOException {
    try (TarDiffWriter writer = new TarDiffWriter(OutputStream.nullOutputStream(), options)) {
      writer.prepare(patch, new Contents()).write();
      writer.finish();
    }
  }

  private final class Contents implements PairContents {
    @Override
    public byte[] source() {
      return old;
    }

    @Override
    public byte[] target() {
      return now;
    }
  }
}
