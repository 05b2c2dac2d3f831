package io.deltaport.delta.staticdelta;

import java.io.IOException;
import java.io.InputStream;

/** Takes the parts of a delta in the order of their numbers, on the thread that makes the delta. */
@FunctionalInterface
public interface PartSink {
  /**
   * Takes a part as it is served at {@code DeltaName.partPath(number)}.
   *
   * @param number 0 for the first
   * @param content ends after {@code lengthBytes}; closed by the caller
   */
  void part(int number, InputStream content, long lengthBytes) throws IOException;
}
