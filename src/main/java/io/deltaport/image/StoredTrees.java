package io.deltaport.image;

import io.deltaport.meta.StoredObjects;
import io.deltaport.ostree.Checksum;
import io.deltaport.ostree.DirTree;
import io.deltaport.ostree.ObjectName;
import io.deltaport.ostree.ObjectType;
import io.deltaport.store.ObjectReader;
import io.deltaport.store.driver.Driver;
import io.deltaport.store.pack.MemoryObjectIndex;
import io.deltaport.store.pack.PackedObjects;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.InputStream;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Walks the trees of stored commits. Thread-safe. */
@ApplicationScoped
public class StoredTrees {
  /** No dirtree or commit is longer: some million entries. */
  private static final int METADATA_BYTES_MAX = 256 << 20;

  private final Driver driver;
  private final StoredObjects stored;

  StoredTrees(Driver driver, StoredObjects stored) {
    this.driver = driver;
    this.stored = stored;
  }

  /** Hears what a tree is made of. */
  @FunctionalInterface
  public interface Visitor {
    /**
     * Takes the objects of one level of folders, some of which were named before. The dirtrees
     * among them are read when this returns.
     */
    void level(Set<ObjectName> names) throws IOException;
  }

  /**
   * Goes down level by level, each with few look-ups in the index.
   *
   * @throws IOException if a dirtree is not there or damaged
   */
  public void walk(Checksum tree, Checksum meta, Visitor visitor) throws IOException {
    Set<Checksum> seen = new HashSet<>();
    Set<Checksum> trees = Set.of(tree);
    Set<ObjectName> names =
        Set.of(new ObjectName(ObjectType.DIRTREE, tree), new ObjectName(ObjectType.DIRMETA, meta));
    while (!names.isEmpty()) {
      visitor.level(names);
      ObjectReader reader = reader(trees);
      Set<Checksum> below = new HashSet<>();
      names = new HashSet<>();
      for (Checksum each : trees) {
        if (seen.add(each)) {
          add(DirTree.decode(read(reader, each)), names, below);
        }
      }
      below.removeAll(seen);
      trees = below;
    }
  }

  private static void add(DirTree folder, Set<ObjectName> names, Set<Checksum> below) {
    for (DirTree.FileEntry file : folder.files()) {
      names.add(new ObjectName(ObjectType.FILE, file.object()));
    }
    for (DirTree.FolderEntry child : folder.folders()) {
      names.add(new ObjectName(ObjectType.DIRMETA, child.meta()));
      names.add(new ObjectName(ObjectType.DIRTREE, child.tree()));
      below.add(child.tree());
    }
  }

  /** Some objects whose places are known, to be read one by one. Thread-safe. */
  public static final class Level {
    private final ObjectReader reader;

    private Level(ObjectReader reader) {
      this.reader = reader;
    }

    /** Reads one of them. */
    public byte[] read(Checksum object) throws IOException {
      return StoredTrees.read(reader, object);
    }
  }

  /** Looks up many commits, dirtrees or dirmetas at once. */
  public Level level(Collection<Checksum> names) throws IOException {
    return new Level(reader(names));
  }

  /** Reads a stored commit, dirtree or dirmeta. */
  public byte[] read(Checksum object) throws IOException {
    return read(reader(List.of(object)), object);
  }

  private ObjectReader reader(Collection<Checksum> objects) throws IOException {
    MemoryObjectIndex index = new MemoryObjectIndex();
    index.addFrom(stored, objects);
    return PackedObjects.verifying(driver, index);
  }

  private static byte[] read(ObjectReader reader, Checksum object) throws IOException {
    try (InputStream in = reader.open(object)) {
      byte[] bytes = in.readNBytes(METADATA_BYTES_MAX + 1);
      if (bytes.length > METADATA_BYTES_MAX) {
        throw new IOException("the object " + object + " is too long to be metadata");
      }
      return bytes;
    }
  }
}
