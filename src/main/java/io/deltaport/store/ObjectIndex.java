package io.deltaport.store;

import io.deltaport.ostree.Checksum;
import java.io.IOException;
import java.util.Collection;
import java.util.Map;

/**
 * Knows which pack holds an object: the database on a server, memory in the command-line tool.
 * Thread-safe.
 */
public interface ObjectIndex {
  /** Most names that one look-up may carry; callers split larger sets. */
  int BATCH_MAX = 4096;

  /**
   * Returns the locations of those of {@code objects} that are stored; absent ones are left out.
   */
  Map<Checksum, ObjectLocation> find(Collection<Checksum> objects) throws IOException;
}
