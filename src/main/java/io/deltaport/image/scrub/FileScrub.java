package io.deltaport.image.scrub;

import io.deltaport.meta.ScrubRows.FileRow;
import io.deltaport.meta.ScrubRows.FileTable;
import java.io.IOException;

/** Looks at the files behind the rows of one table. Thread-safe. */
interface FileScrub {
  /** Returns the table. */
  FileTable table();

  /**
   * Looks at one file and does what follows from it.
   *
   * @return whether it is damaged
   * @throws java.io.InterruptedIOException when the thread is interrupted
   */
  boolean check(Pass pass, FileRow row) throws IOException;

  /**
   * Looks at something that a reader stumbled over, and at what it is made of.
   *
   * @return whether any of it is damaged
   */
  default boolean checkSuspect(Pass pass, FileRow row) throws IOException {
    return check(pass, row);
  }
}
