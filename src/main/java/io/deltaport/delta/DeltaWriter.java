package io.deltaport.delta;

import java.io.IOException;

/**
 * Takes the pieces of a delta in the order of the target and writes them in some format. Each call
 * continues the target where the last one ended. Called by one thread at a time.
 */
public interface DeltaWriter {
  /** Continues with bytes that have no counterpart in the old image. */
  void literal(byte[] bytes, int offset, int length) throws IOException;

  /** Continues with a part of an old file as it is. */
  void copy(SourceFile source, long offset, long length) throws IOException;

  /** Continues with a stretch made from an old file. */
  void patch(Patch patch) throws IOException;
}
