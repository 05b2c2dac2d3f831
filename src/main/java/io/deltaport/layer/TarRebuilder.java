package io.deltaport.layer;

import io.deltaport.oci.Digest;
import io.deltaport.store.ObjectIndex;
import io.deltaport.store.driver.Driver;
import io.deltaport.util.ByteSource;
import io.deltaport.util.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.DigestOutputStream;

/**
 * Makes the uncompressed tar of a layer again from its recipe and the objects, whole or from any
 * offset. Thread-safe; a rebuild takes a few megabytes of memory.
 */
public final class TarRebuilder {
  private static final int BUFFER_BYTES = 128 * 1024;

  private final Driver driver;
  private final ObjectIndex index;

  public TarRebuilder(Driver driver, ObjectIndex index) {
    this.driver = driver;
    this.index = index;
  }

  /**
   * Writes the tar, which is proved to have the digest {@code diffId} only when this returns.
   *
   * @throws RecipeFormatException if the recipe or an object under it is damaged
   * @throws io.deltaport.store.ObjectNotFoundException if an object is missing
   * @throws java.nio.file.NoSuchFileException if there is no recipe
   */
  public void rebuild(Digest diffId, OutputStream out) throws IOException {
    DigestOutputStream hashed = new DigestOutputStream(out, Sha256.newDigest());
    try (InputStream tar = open(diffId, 0, false)) {
      byte[] buffer = new byte[BUFFER_BYTES];
      for (int got = tar.read(buffer); got >= 0; got = tar.read(buffer)) {
        hashed.write(buffer, 0, got);
      }
    }
    hashed.flush();
    if (!Digest.ofSha256(hashed.getMessageDigest().digest()).equals(diffId)) {
      throw new RecipeFormatException(diffId, "what it rebuilds has another digest");
    }
  }

  /**
   * Returns the tar for whoever proves what is made of the whole of it by a digest: objects are not
   * compared with their names.
   *
   * @throws RecipeFormatException if the recipe is damaged, as far as its ends tell
   * @throws java.nio.file.NoSuchFileException if there is no recipe
   */
  public ByteSource source(Digest diffId) throws IOException {
    return source(diffId, false);
  }

  /**
   * Returns the tar for whoever needs parts of it: its recipe is verified now, and each object when
   * its end is reached or the stream is closed. So what was read is right once closing its stream
   * has not failed.
   *
   * @throws RecipeFormatException if the recipe is damaged
   * @throws java.nio.file.NoSuchFileException if there is no recipe
   */
  public ByteSource verifiedSource(Digest diffId) throws IOException {
    RecipeReader.verify(driver, diffId);
    return source(diffId, true);
  }

  private ByteSource source(Digest diffId, boolean verify) throws IOException {
    long length;
    try (RecipeReader recipe = RecipeReader.open(driver, diffId)) {
      length = recipe.info().tarLength();
    }
    return ByteSource.of(length, offset -> open(diffId, offset, verify));
  }

  private InputStream open(Digest diffId, long offset, boolean verify) throws IOException {
    RecipeReader recipe = RecipeReader.open(driver, diffId);
    try {
      return new TarStream(driver, index, recipe, offset, verify);
    } catch (RuntimeException e) {
      recipe.close();
      throw e;
    }
  }
}
