package io.deltaport.delta;

import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** How all stages of the engine are timed, and what they work on: a file and its next release. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
public abstract class EngineBenchmark {
  static final int FILE_BYTES = 2 << 20;
  private static final int EDITS = 500;

  final byte[] old = fields(1, FILE_BYTES);
  final byte[] now = TestBytes.edited(old, 2, EDITS);

  /** Returns records of 24 bytes in which little changes, as tables in object files are. */
  static byte[] fields(long seed, int length) {
    Random random = new Random(seed);
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i++) {
      bytes[i] = (byte) (i % 24 < 6 ? random.nextInt() : i % 24);
    }
    return bytes;
  }

  /** Returns how the new file is made from the old one. */
  final Patch patch(DeltaEffort effort) {
    SourceFile source = new MemoryObjects().source("usr/bin/program", old);
    return Patch.of(source, 0, old, now, BinaryDiff.compare(old, now, effort));
  }
}
