package io.deltaport.image.repack;

import io.deltaport.image.ImageFiles;
import io.deltaport.layer.FlatTree;
import io.deltaport.meta.Database;
import io.deltaport.meta.ObjectLinks;
import io.deltaport.meta.PackStates;
import io.deltaport.meta.PackStates.PackState;
import io.deltaport.meta.PackStates.Place;
import io.deltaport.meta.StoredObjects;
import io.deltaport.ostree.Checksum;
import io.deltaport.store.ObjectLocation;
import io.deltaport.store.driver.Driver;
import io.deltaport.store.pack.MemoryObjectIndex;
import io.deltaport.store.pack.PackedObjects;
import io.deltaport.util.Progress;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Makes the packs of an image small, and those of the images whose place it took: what changed is
 * stored there against what it has become. Thread-safe.
 */
@ApplicationScoped
class ImageRepack {
  /** A pack is rewritten as a whole when so much of it changes; else the rest stays where it is. */
  private static final int WHOLE_PERCENT_MIN = 5;

  /** Objects that take less together are not worth a pack of their own. */
  private static final long PART_BYTES_MIN = 256 << 10;

  private final Database database;
  private final Driver driver;
  private final ImageFiles images;
  private final StoredObjects stored;
  private final ObjectLinks links;
  private final PackStates states;
  private final PackRepack packs;
  private final RepackSettings settings;

  ImageRepack(
      Database database,
      Driver driver,
      ImageFiles images,
      StoredObjects stored,
      ObjectLinks links,
      PackStates states,
      PackRepack packs,
      RepackSettings settings) {
    this.database = database;
    this.driver = driver;
    this.images = images;
    this.stored = stored;
    this.links = links;
    this.states = states;
    this.packs = packs;
    this.settings = settings;
  }

  /** Does what there is to do; images that are gone need nothing. */
  void repack(Place image, Progress progress) throws IOException {
    MemoryObjectIndex known = new MemoryObjectIndex();
    TreeFiles newer = files(image, known).orElse(null);
    if (newer == null) {
      return;
    }
    for (Place former : database.transact(session -> states.formers(session, image.digest()))) {
      TreeFiles older = files(former, known).orElse(null);
      if (older != null && settings.depth() > 0) {
        repackFormer(older, newer, known, progress);
      }
    }
    ObjectPlan plan = new ObjectPlan();
    plan.name(newer);
    for (PackState pack : packsOf(newer.locations().keySet())) {
      if (!pack.repacked()) {
        packs.rewrite(pack.id(), object -> true, true, plan, progress);
      }
    }
  }

  private Optional<TreeFiles> files(Place image, MemoryObjectIndex known) throws IOException {
    Optional<FlatTree> tree = images.find(image.repository(), image.digest());
    return tree.isEmpty()
        ? Optional.empty()
        : Optional.of(new TreeFiles(tree.get(), stored, known));
  }

  private void repackFormer(
      TreeFiles older, TreeFiles newer, MemoryObjectIndex known, Progress progress)
      throws IOException {
    progress.update("match", 0, -1);
    Map<Checksum, Checksum> pairs =
        Pairs.find(older, newer, PackedObjects.verifying(driver, known), progress);
    Set<Checksum> linked = new HashSet<>(pairs.keySet());
    linked.addAll(pairs.values());
    Ancestry ancestry = new Ancestry(links.of(linked), settings.depth());
    Map<String, List<Checksum>> byPack = new HashMap<>();
    pairs.forEach(
        (object, base) -> {
          if (ancestry.link(object, base)) {
            String pack = older.locations().get(object).pack();
            byPack.computeIfAbsent(pack, id -> new ArrayList<>()).add(object);
          }
        });
    Collection<String> ids = byPack.keySet();
    for (PackState pack : database.transact(session -> states.packs(session, ids))) {
      ObjectPlan plan = new ObjectPlan();
      plan.name(newer);
      plan.name(older);
      List<Checksum> changed = byPack.get(pack.id());
      changed.forEach(object -> plan.against(object, pairs.get(object)));
      repackChanged(pack, bytes(changed, older), plan, progress);
    }
  }

  private void repackChanged(PackState pack, long changed, ObjectPlan plan, Progress progress)
      throws IOException {
    if (pack.sizeBytes() < PackRepack.PACK_BYTES_MIN) {
      return;
    }
    if (!pack.repacked() || changed * 100 >= pack.sizeBytes() * WHOLE_PERCENT_MIN) {
      packs.rewrite(pack.id(), object -> true, !pack.repacked(), plan, progress);
    } else if (changed >= PART_BYTES_MIN) {
      packs.rewrite(pack.id(), plan::isPaired, false, plan, progress);
    }
  }

  /** Stored bytes of some objects; of a shared frame each has about what it would have alone. */
  private static long bytes(List<Checksum> objects, TreeFiles files) {
    long bytes = 0;
    for (Checksum object : objects) {
      ObjectLocation location = files.locations().get(object);
      bytes += Math.min(location.storedLength(), location.length());
    }
    return bytes;
  }

  private List<PackState> packsOf(Collection<Checksum> objects) throws IOException {
    MemoryObjectIndex now = new MemoryObjectIndex();
    now.addFrom(stored, objects);
    Set<String> ids = new HashSet<>();
    now.find(objects).values().forEach(location -> ids.add(location.pack()));
    return database.transact(session -> states.packs(session, ids)).stream()
        .filter(pack -> pack.sizeBytes() >= PackRepack.PACK_BYTES_MIN)
        .toList();
  }
}
