package io.deltaport.image.scrub;

import java.io.IOException;

/** One kind of thing that a pass looks at, in an order that can be gone on with. Thread-safe. */
interface Stage {
  /** Returns the name that stands in the database. */
  String name();

  /** Looks at some of what comes after {@code cursor}; empty means from the start. */
  Step step(Pass pass, String cursor) throws IOException;

  /**
   * How far a step has come.
   *
   * @param cursor where to go on; null when nothing is left
   * @param items what was looked at
   */
  record Step(String cursor, int items) {
    static final Step END = new Step(null, 0);
  }
}
