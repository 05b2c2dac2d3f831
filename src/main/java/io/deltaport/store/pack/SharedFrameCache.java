package io.deltaport.store.pack;

import io.deltaport.store.ObjectLocation;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/** The contents of the shared frames that were used last. Thread-safe. */
final class SharedFrameCache {
  private static final long BYTES_MAX = 8 << 20;

  private record Key(String pack, long offset) {
    static Key of(ObjectLocation location) {
      return new Key(location.pack(), location.offset());
    }
  }

  private final Map<Key, byte[]> contents = new LinkedHashMap<>(16, 0.75f, true);
  private long bytes;

  /** Returns what the frame holds, or null; not copied, never changed. */
  synchronized byte[] get(ObjectLocation location) {
    return contents.get(Key.of(location));
  }

  synchronized void put(ObjectLocation location, byte[] content) {
    byte[] former = contents.put(Key.of(location), content);
    bytes += content.length - (former == null ? 0 : former.length);
    Iterator<byte[]> oldest = contents.values().iterator();
    while (bytes > BYTES_MAX) {
      bytes -= oldest.next().length;
      oldest.remove();
    }
  }

  synchronized void remove(ObjectLocation location) {
    byte[] former = contents.remove(Key.of(location));
    bytes -= former == null ? 0 : former.length;
  }
}
