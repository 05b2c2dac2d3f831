package io.deltaport.delta;

import java.io.IOException;

/**
 * Takes the pieces of a delta in the order of the target and writes them in some format. Each call
 * continues the target where the last one ended. Called by one thread at a time, but for {@link
 * #prepare}.
 */
public interface DeltaWriter {
  /** Continues with bytes that have no counterpart in the old image. */
  void literal(byte[] bytes, int offset, int length) throws IOException;

  /** Continues with a part of an old file as it is. */
  void copy(SourceFile source, long offset, long length) throws IOException;

  /** Continues with a stretch made from an old file. */
  void patch(Patch patch) throws IOException;

  /** What is left to do for a patch when its turn comes. */
  @FunctionalInterface
  interface Prepared {
    /** Continues with the patch. */
    void write() throws IOException;
  }

  /**
   * Does for a patch of whole files what needs no order, and writes nothing yet. Called by several
   * threads at once, beside the other methods.
   *
   * @param contents for formats that have other ways of writing than the patch
   */
  default Prepared prepare(Patch patch, PairContents contents) throws IOException {
    return () -> patch(patch);
  }
}
