package io.deltaport.delta;

import io.deltaport.ostree.Checksum;
import io.deltaport.store.ObjectReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;

/**
 * Reads parts of contents one after the other. The many parts of a sparse file are read in one
 * pass, as long as they go forward. Used by one thread.
 */
final class ContentCursor implements Closeable {
  private final ObjectReader objects;
  private Checksum current;
  private InputStream in = InputStream.nullInputStream();
  private long position;

  ContentCursor(ObjectReader objects) {
    this.objects = objects;
  }

  /** Goes to a place of an object; the next {@link #read} begins there. */
  void seek(Checksum object, long offset) throws IOException {
    if (!object.equals(current) || offset < position) {
      close();
      in = objects.openContent(object);
      current = object;
    }
    in.skipNBytes(offset - position);
    position = offset;
  }

  /** Fills {@code bytes} up to {@code count}; returns fewer only at the end of the content. */
  int read(byte[] bytes, int count) throws IOException {
    int got = in.readNBytes(bytes, 0, count);
    position += got;
    return got;
  }

  @Override
  public void close() throws IOException {
    current = null;
    position = 0;
    in.close();
  }
}
