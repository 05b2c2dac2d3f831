package io.deltaport.ostree.repo;

import io.deltaport.ostree.ContentHeader;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;

/**
 * A file object of a repository, open. Not thread-safe.
 *
 * @param size bytes that {@code content} shall give, as the repository states them
 * @param content the file's bytes, expanded; none for a symbolic link
 */
public record FileObject(ContentHeader header, long size, InputStream content)
    implements Closeable {
  @Override
  public void close() throws IOException {
    content.close();
  }
}
