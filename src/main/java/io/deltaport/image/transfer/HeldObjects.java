package io.deltaport.image.transfer;

import io.deltaport.meta.Database;
import io.deltaport.meta.OstreeImports;
import io.deltaport.meta.Repositories;
import io.deltaport.meta.StoredObjects;
import io.deltaport.ostree.Checksum;
import io.deltaport.ostree.ObjectName;
import io.deltaport.ostree.ObjectType;
import io.deltaport.store.ObjectIndex;
import io.deltaport.store.ObjectLocation;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Knows what a repository holds: what was sent to it, and its commits. What only other repositories
 * hold is missing to it, so that nobody learns of it. Thread-safe.
 */
@ApplicationScoped
public class HeldObjects {
  private final Database database;
  private final Repositories repositories;
  private final OstreeImports imports;
  private final StoredObjects stored;

  HeldObjects(
      Database database, Repositories repositories, OstreeImports imports, StoredObjects stored) {
    this.database = database;
    this.repositories = repositories;
    this.imports = imports;
    this.stored = stored;
  }

  /** Returns those of the objects, in their order, that have to be sent. */
  public List<ObjectName> missing(String repository, List<ObjectName> objects) {
    Long id = database.transact(session -> repositories.find(session, repository));
    if (id == null) {
      return objects;
    }
    List<Checksum> commits =
        objects.stream()
            .filter(name -> name.type() == ObjectType.COMMIT)
            .map(ObjectName::checksum)
            .toList();
    Set<Checksum> whole =
        commits.isEmpty()
            ? Set.of()
            : database.transact(session -> imports.commits(session, id, commits));
    Set<ObjectName> sent = sent(id, objects);
    return objects.stream()
        .filter(
            name ->
                name.type() == ObjectType.COMMIT
                    ? !whole.contains(name.checksum())
                    : !sent.contains(name))
        .toList();
  }

  /** Returns those of the objects that were sent to the repository and are stored. */
  Set<ObjectName> sent(long repositoryId, Collection<ObjectName> objects) {
    Set<ObjectName> found = new HashSet<>();
    List<ObjectName> all = List.copyOf(objects);
    for (int i = 0; i < all.size(); i += ObjectIndex.BATCH_MAX) {
      List<ObjectName> batch = all.subList(i, Math.min(all.size(), i + ObjectIndex.BATCH_MAX));
      Set<ObjectName> noted =
          database.transact(session -> imports.sent(session, repositoryId, batch));
      // The look-up gives a lease on the pack, and finds nothing when the pack is damaged or gone.
      Map<Checksum, ObjectLocation> places =
          stored.find(noted.stream().map(ObjectName::checksum).toList());
      for (ObjectName name : noted) {
        if (places.containsKey(name.checksum())) {
          found.add(name);
        }
      }
    }
    return found;
  }

  /** Returns those of the objects that are not stored anywhere. */
  List<ObjectName> lost(Collection<ObjectName> objects) {
    List<ObjectName> lost = new ArrayList<>();
    List<ObjectName> all = List.copyOf(objects);
    for (int i = 0; i < all.size(); i += ObjectIndex.BATCH_MAX) {
      List<ObjectName> batch = all.subList(i, Math.min(all.size(), i + ObjectIndex.BATCH_MAX));
      Map<Checksum, ObjectLocation> places =
          stored.find(batch.stream().map(ObjectName::checksum).toList());
      batch.stream().filter(name -> !places.containsKey(name.checksum())).forEach(lost::add);
    }
    return lost;
  }
}
