package io.deltaport.delta.staticdelta;

import com.github.luben.zstd.Zstd;
import io.deltaport.delta.EditSink;
import io.deltaport.delta.FileComparison.Compared;
import io.deltaport.delta.Patch;
import java.io.ByteArrayOutputStream;
import java.io.IOException;

/** How a file is written, by what it costs when it is compressed. */
sealed interface Encoding {
  /** As a patch of these bytes. */
  record Patched(byte[] patch) implements Encoding {}

  /** As ranges of the older file and the bytes between them. */
  record Ranges() implements Encoding {}

  /** As it is. */
  record Whole() implements Encoding {}

  /** Fast, and good enough to tell what is larger. */
  int ESTIMATE_LEVEL = 1;

  /** Where more than this share of the file matches, a patch is always smaller than the file. */
  int MATCHED_SHARE_PERCENT = 50;

  /** With so few edits, ranges cost about as much as a patch and are applied without its memory. */
  int RANGES_MAX = 2;

  /**
   * Chooses the cheapest form.
   *
   * @param roomBytes what a patch may have beyond the length of what it makes
   */
  static Encoding of(Compared compared, long roomBytes) throws IOException {
    Patch patch = compared.patch();
    byte[] target = compared.target();
    Counter counter = new Counter();
    patch.script().forEach(counter);
    long length = target.length;
    if (counter.additions == 0 && counter.copies + counter.literals <= RANGES_MAX) {
      return counter.copies == 0 ? new Whole() : new Ranges();
    }
    byte[] bytes = bspatch(patch, target.length);
    if (bytes.length - length > roomBytes) {
      return new Whole();
    }
    boolean matches = patch.script().matchedBytes() * 100 > length * MATCHED_SHARE_PERCENT;
    return matches || cost(bytes) < cost(target) ? new Patched(bytes) : new Whole();
  }

  private static byte[] bspatch(Patch patch, int length) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream(length + 1024);
    new BspatchWriter(out).write(patch);
    return out.toByteArray();
  }

  private static int cost(byte[] bytes) {
    return Zstd.compress(bytes, ESTIMATE_LEVEL).length;
  }

  /** Counts edits by kind. */
  final class Counter implements EditSink {
    private int copies;
    private int additions;
    private int literals;

    @Override
    public void copy(long sourceOffset, long targetOffset, long length) {
      copies++;
    }

    @Override
    public void add(long sourceOffset, long targetOffset, long length) {
      additions++;
    }

    @Override
    public void literal(long targetOffset, long length) {
      literals++;
    }
  }
}
