package io.deltaport.image.repack;

import io.deltaport.meta.ObjectLinks.Link;
import io.deltaport.ostree.Checksum;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Which object is stored against which, so that no chain becomes longer than it may or comes back
 * to its beginning. Not thread-safe.
 */
final class Ancestry {
  private final Map<Checksum, Checksum> bases = new HashMap<>();
  private final Map<Checksum, Set<Checksum>> dependents = new HashMap<>();
  private final int depthMax;

  /**
   * Makes one.
   *
   * @param links those there are already, at least of everything that will be linked
   * @param depthMax longest chain of bases
   */
  Ancestry(Collection<Link> links, int depthMax) {
    this.depthMax = depthMax;
    links.forEach(link -> put(link.object(), link.base()));
  }

  private void put(Checksum object, Checksum base) {
    bases.put(object, base);
    dependents.computeIfAbsent(base, none -> new HashSet<>()).add(object);
  }

  /** Stores an object against another one, unless it has a base or the chain would be wrong. */
  boolean link(Checksum object, Checksum base) {
    if (bases.containsKey(object)) {
      return false;
    }
    int above = 1;
    for (Checksum next = base; next != null; next = bases.get(next)) {
      if (next.equals(object) || above > depthMax) {
        return false;
      }
      above += bases.containsKey(next) ? 1 : 0;
    }
    if (above > depthMax || height(object, depthMax - above) > depthMax - above) {
      return false;
    }
    put(object, base);
    return true;
  }

  /** Longest chain of those that are stored against an object; not more than one above a limit. */
  private int height(Checksum object, int limit) {
    int most = 0;
    for (Checksum each : dependents.getOrDefault(object, Set.of())) {
      if (limit == 0) {
        return 1;
      }
      most = Math.max(most, 1 + height(each, limit - 1));
    }
    return most;
  }
}
