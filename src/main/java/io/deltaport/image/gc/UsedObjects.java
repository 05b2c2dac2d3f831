package io.deltaport.image.gc;

import io.deltaport.layer.RecipeReader;
import io.deltaport.layer.RecipeRecord;
import io.deltaport.meta.StoredObjects;
import io.deltaport.meta.gc.PackUse.User;
import io.deltaport.oci.Digest;
import io.deltaport.ostree.Checksum;
import io.deltaport.ostree.Commit;
import io.deltaport.ostree.DirTree;
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
import java.util.function.Consumer;

/** Names the objects that a recipe or a tree needs. Thread-safe. */
@ApplicationScoped
class UsedObjects {
  /** No dirtree or commit is longer: some million entries. */
  private static final int METADATA_BYTES_MAX = 256 << 20;

  private final Driver driver;
  private final StoredObjects stored;

  UsedObjects(Driver driver, StoredObjects stored) {
    this.driver = driver;
    this.stored = stored;
  }

  /**
   * Gives every object, some of them several times.
   *
   * @throws IOException if the recipe or the tree cannot be read whole
   */
  void each(User user, Consumer<Checksum> consumer) throws IOException {
    if (user.isTree()) {
      eachOfTree(Checksum.parse(user.commit()), consumer);
    } else {
      eachOfRecipe(Digest.parse(user.key()), consumer);
    }
  }

  private void eachOfRecipe(Digest diffId, Consumer<Checksum> consumer) throws IOException {
    try (RecipeReader recipe = RecipeReader.open(driver, diffId)) {
      for (RecipeRecord next = recipe.next(); next != null; next = recipe.next()) {
        if (next instanceof RecipeRecord.Content content) {
          consumer.accept(content.object());
        } else if (next instanceof RecipeRecord.Entry entry && entry.object() != null) {
          consumer.accept(entry.object());
        }
      }
    }
  }

  /** Goes down level by level, each with few look-ups in the index. */
  private void eachOfTree(Checksum commit, Consumer<Checksum> consumer) throws IOException {
    consumer.accept(commit);
    Commit root = Commit.decode(read(reader(List.of(commit)), commit));
    consumer.accept(root.meta());
    Set<Checksum> seen = new HashSet<>();
    Set<Checksum> level = Set.of(root.tree());
    while (!level.isEmpty()) {
      ObjectReader reader = reader(level);
      Set<Checksum> below = new HashSet<>();
      for (Checksum tree : level) {
        if (seen.add(tree)) {
          consumer.accept(tree);
          DirTree folder = DirTree.decode(read(reader, tree));
          folder.files().forEach(file -> consumer.accept(file.object()));
          for (DirTree.FolderEntry child : folder.folders()) {
            consumer.accept(child.meta());
            below.add(child.tree());
          }
        }
      }
      below.removeAll(seen);
      level = below;
    }
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
