package io.deltaport.delta;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Remembers patches in memory, without a limit. */
public final class MemoryPatches implements PatchCache {
  private final Map<Key, byte[]> patches = new ConcurrentHashMap<>();

  @Override
  public Optional<byte[]> find(Key key) {
    return Optional.ofNullable(patches.get(key));
  }

  @Override
  public void put(Key key, byte[] patch) {
    patches.put(key, patch);
  }

  /** Returns what is remembered, to look at or to damage. */
  public Map<Key, byte[]> all() {
    return patches;
  }
}
