package io.deltaport.store;

import io.deltaport.ostree.Checksum;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Remembers what another index has told, for one piece of work that first asks for many objects at
 * once and then opens each of them. Thread-safe; 250 bytes for each object. Objects may move to
 * other packs while the work goes on, so it is not to be kept any longer.
 */
public final class CachedObjectIndex implements ObjectIndex {
  private final ObjectIndex index;
  private final Map<Checksum, ObjectLocation> known = new ConcurrentHashMap<>();

  public CachedObjectIndex(ObjectIndex index) {
    this.index = index;
  }

  @Override
  public Map<Checksum, ObjectLocation> find(Collection<Checksum> objects) throws IOException {
    Map<Checksum, ObjectLocation> found = new HashMap<>();
    List<Checksum> unknown = new ArrayList<>();
    for (Checksum object : objects) {
      ObjectLocation location = known.get(object);
      if (location == null) {
        unknown.add(object);
      } else {
        found.put(object, location);
      }
    }
    if (!unknown.isEmpty()) {
      Map<Checksum, ObjectLocation> answer = index.find(unknown);
      known.putAll(answer);
      found.putAll(answer);
    }
    return found;
  }
}
