package io.deltaport.delta;

import io.deltaport.ostree.Checksum;
import io.deltaport.store.ObjectNotFoundException;
import io.deltaport.store.ObjectReader;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Contents in memory, named by their own SHA-256 for lack of a header. Knows which were read. */
public final class MemoryObjects implements ObjectReader {
  private final Map<Checksum, byte[]> contents = new ConcurrentHashMap<>();
  private final Set<Checksum> read = ConcurrentHashMap.newKeySet();

  public Checksum put(byte[] content) {
    Checksum object = Checksum.of(content);
    contents.put(object, content);
    return object;
  }

  public SourceFile source(String path, byte[] content) {
    return new SourceFile(path, put(content), content.length);
  }

  public TargetPart.Content target(byte[] path, byte[] content) {
    return new TargetPart.Content(path, put(content), 0, content.length);
  }

  public boolean wasRead(Checksum object) {
    return read.contains(object);
  }

  public void remove(Checksum object) {
    contents.remove(object);
  }

  @Override
  public InputStream open(Checksum object) {
    throw new UnsupportedOperationException("the engine reads contents only");
  }

  @Override
  public Map<Checksum, Long> lengths(Collection<Checksum> objects) {
    throw new UnsupportedOperationException("the engine knows lengths from its sources");
  }

  @Override
  public InputStream openContent(Checksum object) throws ObjectNotFoundException {
    read.add(object);
    byte[] content = contents.get(object);
    if (content == null) {
      throw new ObjectNotFoundException(object);
    }
    return new ByteArrayInputStream(content);
  }
}
