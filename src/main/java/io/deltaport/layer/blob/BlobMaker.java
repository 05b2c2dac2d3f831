package io.deltaport.layer.blob;

import io.deltaport.layer.TarRebuilder;
import io.deltaport.oci.Digest;
import io.deltaport.store.ObjectIndex;
import io.deltaport.store.driver.Driver;
import io.deltaport.store.driver.PendingFile;
import io.deltaport.store.driver.StoreLayout;
import io.deltaport.util.ByteSource;
import io.deltaport.util.Hex;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.MessageDigest;
import java.util.Optional;

/**
 * Makes layer blobs again from blob recipes, recipes and objects, byte for byte, and finds out for
 * which blobs that is possible. Thread-safe; memory does not grow with a blob.
 */
public final class BlobMaker {
  private static final int BUFFER_BYTES = 128 * 1024;

  private final Driver driver;
  private final TarRebuilder tars;

  public BlobMaker(Driver driver, ObjectIndex index) {
    this.driver = driver;
    this.tars = new TarRebuilder(driver, index);
  }

  /** Sees what is done so far, and may end it with an exception. */
  @FunctionalInterface
  public interface Watcher {
    /**
     * Is called again and again.
     *
     * @param bytes of the blob that were made again in this try
     */
    void made(long bytes) throws IOException;
  }

  /**
   * Finds out how a blob was made, makes it again from what is durable, and publishes its recipe
   * when that gave the very blob.
   *
   * @param raw the blob as it was pushed
   * @param diffId digest of its tar, whose recipe and objects are durable
   * @return the recipe; empty when no kind can make the blob
   * @throws IOException if something cannot be read or written, or is damaged
   */
  public Optional<BlobRecipeInfo> describe(
      Digest blob, ByteSource raw, Digest diffId, Watcher watcher) throws IOException {
    ByteSource tar = tars.source(diffId);
    for (BlobKind kind : BlobKinds.all()) {
      watcher.made(0);
      try (BlobRecipeWriter writer = new BlobRecipeWriter(driver, kind)) {
        if (!kind.describe(raw, tar, writer.payload())) {
          continue;
        }
        BlobRecipe recipe = writer.recipe(blob, raw.length(), diffId, tar.length());
        if (isRight(recipe, tar, watcher)) {
          BlobRecipeInfo info = new BlobRecipeInfo(kind.code(), writer.publish(recipe));
          BlobRecipe.verify(driver, blob);
          return Optional.of(info);
        }
      }
    }
    return Optional.empty();
  }

  /** A kind that cannot read its own payload is wrong about the blob, and nothing is lost. */
  private static boolean isRight(BlobRecipe recipe, ByteSource tar, Watcher watcher)
      throws IOException {
    try {
      return make(recipe, tar, watcher, OutputStream.nullOutputStream());
    } catch (BlobRecipeException e) {
      return false;
    }
  }

  /** Makes the blob from what is durable and says whether it is the right one. */
  public boolean isMadeAgain(Digest blob, Watcher watcher) throws IOException {
    BlobRecipe recipe = BlobRecipe.open(driver, blob);
    ByteSource tar = tars.source(recipe.diffId());
    return make(recipe, tar, watcher, OutputStream.nullOutputStream());
  }

  /**
   * Makes the blob and publishes it durably as a raw blob, in place of a damaged one.
   *
   * @return false when what was made is another blob
   * @throws IOException as {@link #open}
   */
  public boolean restore(Digest blob) throws IOException {
    BlobRecipe recipe = BlobRecipe.open(driver, blob);
    try (PendingFile file = driver.create()) {
      if (!make(recipe, tars.source(recipe.diffId()), made -> {}, file.output())) {
        return false;
      }
      file.publish(StoreLayout.blob(blob));
      return true;
    }
  }

  /** Writes the blob and says whether it is the right one. */
  private static boolean make(BlobRecipe recipe, ByteSource tar, Watcher watcher, OutputStream out)
      throws IOException {
    MessageDigest digest = recipe.blob().newMessageDigest();
    try (InputStream in = recipe.kind().open(recipe, tar, 0)) {
      byte[] buffer = new byte[BUFFER_BYTES];
      long made = 0;
      for (int got = in.read(buffer); got >= 0; got = in.read(buffer)) {
        digest.update(buffer, 0, got);
        out.write(buffer, 0, got);
        made += got;
        watcher.made(made);
      }
    }
    return Hex.encode(digest.digest()).equals(recipe.blob().hex());
  }

  /**
   * Opens a blob from an offset. What is read counts only when the whole blob was read and its
   * digest compared.
   *
   * @throws BlobRecipeException if the blob recipe is damaged
   * @throws io.deltaport.layer.RecipeFormatException if the tar's recipe is
   * @throws io.deltaport.store.pack.PackFormatException if an object is
   * @throws java.nio.file.NoSuchFileException if there is no such recipe
   */
  public InputStream open(Digest blob, long offset) throws IOException {
    BlobRecipe recipe = BlobRecipe.open(driver, blob);
    return recipe.kind().open(recipe, tars.source(recipe.diffId()), offset);
  }

  /**
   * Opens a blob from an offset for whoever needs a part of it: both recipes are verified now, and
   * the objects while they are read. What was read is right once closing the stream has not failed.
   *
   * @throws IOException as {@link #open}
   */
  public InputStream openVerified(Digest blob, long offset) throws IOException {
    BlobRecipe.verify(driver, blob);
    BlobRecipe recipe = BlobRecipe.open(driver, blob);
    return recipe.kind().open(recipe, tars.verifiedSource(recipe.diffId()), offset);
  }

  /** Says whether parts of the blob are made without the whole. */
  public boolean isSeekable(Digest blob) throws IOException {
    return BlobRecipe.open(driver, blob).kind().isSeekable();
  }
}
