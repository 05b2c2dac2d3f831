package io.deltaport.delta.staticdelta;

import io.deltaport.ostree.staticdelta.PartHeader;
import java.io.Closeable;
import java.io.IOException;

/**
 * A part as it is served.
 *
 * @param patched files written as differences
 * @param patchedBytes their length
 */
record FinishedPart(PartHeader header, SpillBuffer content, int patched, long patchedBytes)
    implements Closeable {
  @Override
  public void close() throws IOException {
    content.close();
  }
}
