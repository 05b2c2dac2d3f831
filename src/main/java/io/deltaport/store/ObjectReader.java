package io.deltaport.store;

import io.deltaport.ostree.Checksum;
import java.io.IOException;
import java.io.InputStream;
import java.util.Collection;
import java.util.Map;

/**
 * Reads stored objects by name. Thread-safe; each stream belongs to one thread.
 *
 * <p>An <em>object stream</em> is exactly the bytes whose SHA-256 is the object's name: for a
 * content object the framed file header followed by the content, for metadata the GVariant.
 */
public interface ObjectReader {
  /**
   * Opens the object stream.
   *
   * @throws ObjectNotFoundException if no pack holds the object
   */
  InputStream open(Checksum object) throws IOException;

  /**
   * Opens only the file content of a content object, its header skipped.
   *
   * @throws ObjectNotFoundException if no pack holds the object
   */
  InputStream openContent(Checksum object) throws IOException;

  /**
   * Returns the lengths in bytes of the streams of those of {@code objects} that are stored; absent
   * ones are left out. Asks for all of them in as few look-ups as the index allows.
   */
  Map<Checksum, Long> lengths(Collection<Checksum> objects) throws IOException;
}
