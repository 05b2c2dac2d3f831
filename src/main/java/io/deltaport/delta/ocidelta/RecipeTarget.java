package io.deltaport.delta.ocidelta;

import io.deltaport.delta.TargetPart;
import io.deltaport.layer.RecipeReader;
import io.deltaport.oci.Digest;
import io.deltaport.store.driver.Driver;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Iterator;

/**
 * The parts of a layer's tar as its recipe tells them. The recipe is read anew by each iterator;
 * only the last one is open. Not thread-safe; an {@link IOException} comes out unchecked.
 */
final class RecipeTarget implements Iterable<TargetPart>, Closeable {
  private final Driver driver;
  private final Digest diffId;
  private RecipeReader recipe;

  /**
   * Opens the recipe.
   *
   * @throws java.nio.file.NoSuchFileException if there is none
   */
  RecipeTarget(Driver driver, Digest diffId) throws IOException {
    this.driver = driver;
    this.diffId = diffId;
    this.recipe = RecipeReader.open(driver, diffId);
  }

  /** Returns the bytes of the tar. */
  long tarLength() {
    return recipe.info().tarLength();
  }

  @Override
  public Iterator<TargetPart> iterator() {
    try {
      recipe.close();
      recipe = RecipeReader.open(driver, diffId);
      return new RecipeParts(recipe);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() throws IOException {
    recipe.close();
  }
}
