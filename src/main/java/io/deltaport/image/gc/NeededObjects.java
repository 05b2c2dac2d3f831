package io.deltaport.image.gc;

import io.deltaport.meta.Database;
import io.deltaport.meta.gc.PackUse;
import io.deltaport.meta.gc.PackUse.PlacedObject;
import io.deltaport.meta.gc.PackUse.User;
import io.deltaport.ostree.Checksum;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.util.HashSet;
import java.util.Set;

/** Tells which objects of a pack are needed. Thread-safe. */
@ApplicationScoped
public class NeededObjects {
  private final Database database;
  private final PackUse use;
  private final UsedObjects objects;

  NeededObjects(Database database, PackUse use, UsedObjects objects) {
    this.database = database;
    this.use = use;
    this.objects = objects;
  }

  /**
   * Returns the objects with their place in a pack that something needs, and those that others are
   * stored against. Of recipes and trees whose packs are not known nothing is known here.
   *
   * @throws IOException if a recipe or a tree cannot be read whole
   */
  public Set<Checksum> of(String pack) throws IOException {
    Set<Checksum> placed = new HashSet<>();
    Set<Checksum> needed = new HashSet<>();
    for (PlacedObject object : database.transact(session -> use.objects(session, pack))) {
      (object.base() ? needed : placed).add(Checksum.parse(object.checksum()));
    }
    for (User user : database.transact(session -> use.users(session, pack))) {
      objects.each(
          user,
          object -> {
            if (placed.contains(object)) {
              needed.add(object);
            }
          });
    }
    return needed;
  }
}
