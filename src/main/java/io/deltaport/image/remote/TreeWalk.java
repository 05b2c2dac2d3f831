package io.deltaport.image.remote;

import io.deltaport.meta.StoredObjects;
import io.deltaport.ostree.Checksum;
import io.deltaport.ostree.Commit;
import io.deltaport.ostree.DirTree;
import io.deltaport.store.ObjectKind;
import io.deltaport.store.ObjectReader;
import io.deltaport.store.driver.Driver;
import io.deltaport.store.pack.MemoryObjectIndex;
import io.deltaport.store.pack.PackedObjects;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.InputStream;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** Finds out which objects a commit leads to: some hundred milliseconds for a system's tree. */
@ApplicationScoped
class TreeWalk {
  /** No dirtree is longer: a folder of 100,000 files has some 10 MB. */
  private static final int DIRTREE_BYTES_MAX = 64 << 20;

  private final Driver driver;
  private final StoredObjects stored;

  TreeWalk(Driver driver, StoredObjects stored) {
    this.driver = driver;
    this.stored = stored;
  }

  /**
   * Returns the objects of a commit by kind, going down level by level with few look-ups in the
   * index.
   *
   * @throws IOException if a dirtree is missing or damaged
   */
  Map<ObjectKind, Set<Checksum>> walk(Commit commit) throws IOException {
    Map<ObjectKind, Set<Checksum>> found = new EnumMap<>(ObjectKind.class);
    for (ObjectKind kind : ObjectKind.values()) {
      found.put(kind, new HashSet<>());
    }
    found.get(ObjectKind.DIRMETA).add(commit.meta());
    Set<Checksum> level = Set.of(commit.tree());
    while (!level.isEmpty()) {
      level = below(level, found);
    }
    return found;
  }

  private Set<Checksum> below(Set<Checksum> level, Map<ObjectKind, Set<Checksum>> found)
      throws IOException {
    Set<Checksum> seen = found.get(ObjectKind.DIRTREE);
    seen.addAll(level);
    Set<Checksum> below = new HashSet<>();
    ObjectReader reader = reader(level);
    for (Checksum tree : level) {
      DirTree folder = DirTree.decode(read(reader, tree));
      folder.files().forEach(file -> found.get(ObjectKind.FILE).add(file.object()));
      for (DirTree.FolderEntry child : folder.folders()) {
        found.get(ObjectKind.DIRMETA).add(child.meta());
        below.add(child.tree());
      }
    }
    below.removeAll(seen);
    return below;
  }

  private ObjectReader reader(Collection<Checksum> objects) throws IOException {
    MemoryObjectIndex index = new MemoryObjectIndex();
    index.addFrom(stored, objects);
    return PackedObjects.verifying(driver, index);
  }

  private static byte[] read(ObjectReader reader, Checksum object) throws IOException {
    try (InputStream in = reader.open(object)) {
      byte[] bytes = in.readNBytes(DIRTREE_BYTES_MAX + 1);
      if (bytes.length > DIRTREE_BYTES_MAX) {
        throw new IOException("the object " + object + " is too long for a dirtree");
      }
      return bytes;
    }
  }
}
