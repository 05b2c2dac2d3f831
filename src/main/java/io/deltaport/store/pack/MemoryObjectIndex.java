package io.deltaport.store.pack;

import io.deltaport.ostree.Checksum;
import io.deltaport.store.ObjectIndex;
import io.deltaport.store.ObjectLocation;
import io.deltaport.store.driver.Driver;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * An index in memory, for programs that open a few packs and have no database. Thread-safe. About
 * 250 bytes for each object.
 */
public final class MemoryObjectIndex implements ObjectIndex {
  private final Map<Checksum, ObjectLocation> locations = new ConcurrentHashMap<>();
  private final Map<Checksum, Based> based = new ConcurrentHashMap<>();

  /** An object that is found only while its base is. */
  private record Based(String pack, PackEntry entry) {}

  /**
   * Takes in all objects of a pack; those that it has from an earlier pack stay where they are.
   *
   * @param pack digest of the pack
   * @throws PackFormatException if the pack is damaged; none of its objects is taken in then
   */
  public void add(Driver driver, String pack) throws IOException {
    Map<Checksum, ObjectLocation> found = new HashMap<>();
    Map<Checksum, Based> foundBased = new HashMap<>();
    try (PackIndexReader index = PackReader.open(driver, pack).index()) {
      for (PackEntry entry = index.next(); entry != null; entry = index.next()) {
        if (entry.base() == null) {
          found.put(entry.object(), entry.location(pack, null));
        } else {
          foundBased.put(entry.object(), new Based(pack, entry));
        }
      }
    }
    found.forEach(locations::putIfAbsent);
    foundBased.forEach(based::putIfAbsent);
  }

  /**
   * Takes in what another index knows of {@code objects}, in as few look-ups as it allows: whoever
   * reads many objects asks a database once and not for each of them.
   */
  public void addFrom(ObjectIndex other, Collection<Checksum> objects) throws IOException {
    List<Checksum> batch = new ArrayList<>(Math.min(objects.size(), BATCH_MAX));
    for (Checksum object : objects) {
      batch.add(object);
      if (batch.size() == BATCH_MAX) {
        locations.putAll(other.find(batch));
        batch.clear();
      }
    }
    locations.putAll(other.find(batch));
  }

  @Override
  public Map<Checksum, ObjectLocation> find(Collection<Checksum> objects) {
    Map<Checksum, ObjectLocation> found = new HashMap<>();
    for (Checksum object : objects) {
      ObjectLocation location = locations.get(object);
      if (location == null) {
        location = resolve(object, ObjectLocation.ANCESTORS_MAX + 1);
      }
      if (location != null) {
        found.put(object, location);
      }
    }
    return found;
  }

  /**
   * Goes from base to base.
   *
   * @param bases that may come at most: damaged packs may name each other's objects in a circle
   */
  private ObjectLocation resolve(Checksum object, int bases) {
    ObjectLocation whole = locations.get(object);
    Based known = based.get(object);
    if (whole != null || known == null || bases == 0) {
      return whole;
    }
    ObjectLocation base = resolve(known.entry().base(), bases - 1);
    return base != null && base.canBeBase(known.entry().storage())
        ? known.entry().location(known.pack(), base)
        : null;
  }
}
