package io.deltaport.delta.tardiff;

import io.deltaport.delta.DeltaEngine;
import io.deltaport.delta.DeltaOptions;
import io.deltaport.delta.DeltaStatistics;
import io.deltaport.delta.SourceCatalog;
import io.deltaport.delta.SourceFile;
import io.deltaport.delta.TargetPart;
import io.deltaport.store.ObjectReader;
import io.deltaport.util.Progress;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;

/** Makes tar-diffs: the one entry point for those who have an old image and a new layer. */
public final class TarDiffCreator {
  private TarDiffCreator() {}

  /**
   * Writes the tar-diff that makes the target from the source files.
   *
   * <p>Heap stays within the options' budget and some 40 MiB, whatever the sizes of the files; zstd
   * takes native memory besides. Objects are read from several threads.
   *
   * @param source files that the device can read; none that is sparse or that it finds empty
   * @param target the new layer's tar in pieces, iterated twice with the same result
   * @param out receives the tar-diff; stays open
   * @param progress hears the stage {@code delta} with the target bytes written so far
   * @return what became of the target's bytes, and the size of the delta
   * @throws IOException if an object is missing or too short, or {@code out} fails; an {@link
   *     java.io.UncheckedIOException} from iterating the target comes out as its cause
   * @throws java.util.concurrent.CancellationException if {@code progress} ends the work
   */
  public static DeltaStatistics create(
      List<SourceFile> source,
      Iterable<TargetPart> target,
      ObjectReader objects,
      OutputStream out,
      DeltaOptions options,
      Progress progress)
      throws IOException {
    return create(new SourceCatalog(source), target, objects, out, options, progress);
  }

  /** Like the other form, with a catalog that serves all layers of an image. */
  public static DeltaStatistics create(
      SourceCatalog source,
      Iterable<TargetPart> target,
      ObjectReader objects,
      OutputStream out,
      DeltaOptions options,
      Progress progress)
      throws IOException {
    Counter counter = new Counter(out);
    try (TarDiffWriter writer = new TarDiffWriter(counter, options)) {
      DeltaStatistics statistics =
          new DeltaEngine(source, objects, options, progress).run(target, writer);
      writer.finish();
      return statistics.withDeltaBytes(counter.bytes);
    }
  }

  private static final class Counter extends FilterOutputStream {
    private long bytes;

    Counter(OutputStream out) {
      super(out);
    }

    @Override
    public void write(int value) throws IOException {
      out.write(value);
      bytes++;
    }

    @Override
    public void write(byte[] source, int offset, int length) throws IOException {
      out.write(source, offset, length);
      bytes += length;
    }
  }
}
