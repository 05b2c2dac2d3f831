package io.deltaport.delta.tardiff;

import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import io.deltaport.delta.tardiff.TarDiffInspection.FileCost;
import io.deltaport.delta.tardiff.TarDiffInspection.Parts;
import io.deltaport.tar.LiteralSink;
import io.deltaport.tar.TarEntry;
import io.deltaport.tar.TarLimits;
import io.deltaport.tar.TarReader;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Looks into tar-diffs without the images that they go between. */
public final class TarDiffInspector {
  private TarDiffInspector() {}

  /**
   * Reads a tar-diff.
   *
   * @param delta read to its end, not closed
   * @throws TarDiffException if it is malformed
   * @throws io.deltaport.tar.TarFormatException if what it makes is no tar whose headers are
   *     literals
   */
  public static TarDiffInspection inspect(InputStream delta) throws IOException {
    Counter counter = new Counter(delta);
    TarDiffApplier.readMagic(counter);
    try (ZstdInputStreamNoFinalizer operations = new ZstdInputStreamNoFinalizer(counter)) {
      operations.setLongMax(TarDiffFormat.WINDOW_LOG_MAX);
      TargetOutline outline = new TargetOutline(new OperationReader(operations));
      return inspect(outline, counter);
    }
  }

  private static TarDiffInspection inspect(TargetOutline outline, Counter counter)
      throws IOException {
    List<FileCost> files = new ArrayList<>();
    long headers = 0;
    int unchanged = 0;
    TarReader reader = new TarReader(outline, TarLimits.DEFAULT, LiteralSink.NONE);
    for (TarEntry entry = reader.next(); entry != null; entry = reader.next()) {
      headers += outline.takeCost();
      outline.takeMainSource();
      Parts before = outline.parts();
      reader.content().transferTo(OutputStream.nullOutputStream());
      Parts parts = outline.parts().since(before);
      String source = outline.takeMainSource();
      long cost = outline.takeCost();
      if (parts.added() + parts.literal() > 0) {
        String path = new String(entry.path(), StandardCharsets.UTF_8);
        files.add(new FileCost(path, source, parts, cost));
      } else if (parts.copied() > 0) {
        unchanged++;
      }
    }
    outline.transferTo(OutputStream.nullOutputStream());
    headers += outline.takeCost();
    long all = headers + files.stream().mapToLong(FileCost::costBytes).sum();
    double factor = all == 0 ? 1 : (double) counter.bytes / all;
    files.replaceAll(file -> file.scaled(factor));
    files.sort(Comparator.comparingLong(FileCost::costBytes).reversed());
    return new TarDiffInspection(counter.bytes, outline.parts(), unchanged, files);
  }

  private static final class Counter extends FilterInputStream {
    private long bytes;

    Counter(InputStream in) {
      super(in);
    }

    @Override
    public int read() throws IOException {
      int value = in.read();
      bytes += value < 0 ? 0 : 1;
      return value;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      int got = in.read(target, offset, length);
      bytes += Math.max(0, got);
      return got;
    }

    @Override
    public void close() {
      // The stream is the caller's.
    }
  }
}
