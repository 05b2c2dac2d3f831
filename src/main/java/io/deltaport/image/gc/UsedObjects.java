package io.deltaport.image.gc;

import io.deltaport.image.StoredTrees;
import io.deltaport.layer.RecipeReader;
import io.deltaport.layer.RecipeRecord;
import io.deltaport.meta.gc.PackUse.User;
import io.deltaport.oci.Digest;
import io.deltaport.ostree.Checksum;
import io.deltaport.ostree.Commit;
import io.deltaport.store.driver.Driver;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.util.function.Consumer;

/** Names the objects that a recipe, a tree or an imported commit needs. Thread-safe. */
@ApplicationScoped
class UsedObjects {
  private final Driver driver;
  private final StoredTrees trees;

  UsedObjects(Driver driver, StoredTrees trees) {
    this.driver = driver;
    this.trees = trees;
  }

  /**
   * Gives every object, some of them several times.
   *
   * @throws IOException if the recipe or the tree cannot be read whole
   */
  void each(User user, Consumer<Checksum> consumer) throws IOException {
    if (user.commit() != null) {
      eachOfTree(user, consumer);
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

  private void eachOfTree(User user, Consumer<Checksum> consumer) throws IOException {
    Checksum name = Checksum.parse(user.commit());
    byte[] object = user.imported();
    if (object == null) {
      consumer.accept(name);
      object = trees.read(name);
    }
    Commit commit = Commit.decode(object);
    trees.walk(
        commit.tree(),
        commit.meta(),
        names -> names.forEach(each -> consumer.accept(each.checksum())));
  }
}
