package io.deltaport.delta;

import java.io.IOException;

/** The contents of both files of a patch, read anew by each call. */
public interface PairContents {
  /** Returns the whole old file. */
  byte[] source() throws IOException;

  /** Returns the whole new file. */
  byte[] target() throws IOException;
}
