package io.deltaport.layer.blob;

import io.deltaport.oci.Digest;
import io.deltaport.store.driver.Driver;
import io.deltaport.store.driver.PendingFile;
import io.deltaport.store.driver.StoreLayout;
import io.deltaport.util.ByteSource;
import io.deltaport.util.Hex;
import io.deltaport.util.Sha256;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.security.DigestOutputStream;
import java.util.Arrays;

/**
 * Writes the recipe of a blob. Not thread-safe. Nothing is visible before {@link #publish}; closing
 * without it leaves nothing behind.
 */
final class BlobRecipeWriter implements AutoCloseable {
  private static final int BUFFER_BYTES = 64 * 1024;

  private final BlobKind kind;
  private final PendingFile file;
  private final DigestOutputStream out;

  BlobRecipeWriter(Driver driver, BlobKind kind) throws IOException {
    this.kind = kind;
    file = driver.create();
    out =
        new DigestOutputStream(
            new BufferedOutputStream(file.output(), BUFFER_BYTES), Sha256.newDigest());
    out.write(BlobRecipeFormat.HEAD_MAGIC);
    out.write(ByteBuffer.allocate(8).putInt(BlobRecipeFormat.VERSION).putInt(kind.code()).array());
  }

  /** Returns where the payload is written; closing it does nothing. */
  OutputStream payload() {
    return new OutputStream() {
      @Override
      public void write(int b) throws IOException {
        out.write(b);
      }

      @Override
      public void write(byte[] bytes, int offset, int count) throws IOException {
        out.write(bytes, offset, count);
      }
    };
  }

  /** Returns the recipe with its payload made durable, to try it before it is published. */
  BlobRecipe recipe(Digest blob, long blobLength, Digest diffId, long tarLength)
      throws IOException {
    out.flush();
    file.sync();
    long length = file.length() - BlobRecipeFormat.HEAD_BYTES;
    ByteSource payload =
        ByteSource.of(
            length,
            offset -> {
              InputStream in = file.read();
              in.skipNBytes(BlobRecipeFormat.HEAD_BYTES + offset);
              return in;
            });
    return new BlobRecipe(blob, blobLength, diffId, tarLength, kind, payload);
  }

  /**
   * Ends the recipe and publishes it durably.
   *
   * @return bytes of its file
   */
  long publish(BlobRecipe recipe) throws IOException {
    byte[] digest = Hex.decode(recipe.blob().hex());
    out.write(
        ByteBuffer.allocate(BlobRecipeFormat.FOOT_BYTES - Sha256.LENGTH_BYTES)
            .putLong(recipe.payload().length())
            .putLong(recipe.blobLength())
            .putLong(recipe.tarLength())
            .put(Hex.decode(recipe.diffId().hex()))
            .put(Arrays.copyOf(digest, BlobRecipeFormat.DIGEST_BYTES))
            .putInt(digest.length)
            .putInt(0)
            .put(BlobRecipeFormat.FOOT_MAGIC)
            .array());
    byte[] own = out.getMessageDigest().digest();
    out.on(false);
    out.write(own);
    out.flush();
    long length = file.length();
    file.publish(StoreLayout.blobRecipe(recipe.blob()));
    return length;
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
