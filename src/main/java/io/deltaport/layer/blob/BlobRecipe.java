package io.deltaport.layer.blob;

import static io.deltaport.layer.blob.BlobRecipeFormat.DIGEST_BYTES;
import static io.deltaport.layer.blob.BlobRecipeFormat.FOOT_BYTES;
import static io.deltaport.layer.blob.BlobRecipeFormat.HEAD_BYTES;

import io.deltaport.oci.Digest;
import io.deltaport.store.driver.Driver;
import io.deltaport.store.driver.StoreLayout;
import io.deltaport.util.ByteSource;
import io.deltaport.util.Hex;
import io.deltaport.util.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.security.DigestInputStream;
import java.util.Arrays;

/**
 * What is stored about how one blob is made of its tar. Immutable, thread-safe. Head and footer are
 * checked; the payload can be read from any offset, and is not verified unless {@link #verify} was
 * called.
 *
 * @param blob digest of the blob
 * @param blobLength bytes of the blob
 * @param diffId digest of the tar
 * @param tarLength bytes of the tar
 * @param kind which kind made the payload
 * @param payload what the kind wrote
 */
public record BlobRecipe(
    Digest blob,
    long blobLength,
    Digest diffId,
    long tarLength,
    BlobKind kind,
    ByteSource payload) {

  /**
   * Opens the recipe of a blob.
   *
   * @throws BlobRecipeException if it is damaged, another blob's or of an unknown kind
   * @throws java.nio.file.NoSuchFileException if there is none
   */
  public static BlobRecipe open(Driver driver, Digest blob) throws IOException {
    String key = StoreLayout.blobRecipe(blob);
    long length = driver.length(key);
    long payloadLength = length - HEAD_BYTES - FOOT_BYTES;
    check(payloadLength >= 0, blob, "it is cut");
    ByteBuffer head = ByteBuffer.wrap(read(driver, key, 0, HEAD_BYTES));
    check(takes(head, BlobRecipeFormat.HEAD_MAGIC), blob, "not a blob recipe");
    check(head.getInt() == BlobRecipeFormat.VERSION, blob, "a newer version of the format");
    int code = head.getInt();
    BlobKind kind =
        BlobKinds.ofCode(code)
            .orElseThrow(() -> new BlobRecipeException(blob, "the unknown kind " + code));
    ByteBuffer foot = ByteBuffer.wrap(read(driver, key, length - FOOT_BYTES, FOOT_BYTES));
    check(foot.getLong() == payloadLength, blob, "it is cut");
    long blobLength = foot.getLong();
    long tarLength = foot.getLong();
    check(blobLength >= 0 && tarLength >= 0, blob, "a length that is too large");
    Digest diffId = Digest.ofSha256(take(foot, Sha256.LENGTH_BYTES));
    byte[] digest = Arrays.copyOf(Hex.decode(blob.hex()), DIGEST_BYTES);
    check(takes(foot, digest), blob, "it belongs to another blob");
    check(foot.getInt() == blob.hex().length() / 2 && foot.getInt() == 0, blob, "a bad footer");
    check(takes(foot, BlobRecipeFormat.FOOT_MAGIC), blob, "it has no footer");
    return new BlobRecipe(
        blob, blobLength, diffId, tarLength, kind, payload(driver, key, payloadLength));
  }

  /** Compares the digest of the recipe's own file. */
  public static void verify(Driver driver, Digest blob) throws IOException {
    open(driver, blob);
    String key = StoreLayout.blobRecipe(blob);
    long hashed = driver.length(key) - Sha256.LENGTH_BYTES;
    byte[] digest;
    try (DigestInputStream in =
        new DigestInputStream(driver.read(key, 0, hashed), Sha256.newDigest())) {
      in.transferTo(OutputStream.nullOutputStream());
      digest = in.getMessageDigest().digest();
    }
    byte[] stored = read(driver, key, hashed, Sha256.LENGTH_BYTES);
    check(Arrays.equals(stored, digest), blob, "its digest differs");
  }

  private static ByteSource payload(Driver driver, String key, long length) {
    return ByteSource.of(length, offset -> driver.read(key, HEAD_BYTES + offset, length - offset));
  }

  private static boolean takes(ByteBuffer from, byte[] expected) {
    return Arrays.equals(take(from, expected.length), expected);
  }

  private static byte[] take(ByteBuffer from, int count) {
    byte[] bytes = new byte[count];
    from.get(bytes);
    return bytes;
  }

  private static void check(boolean valid, Digest blob, String problem) throws BlobRecipeException {
    if (!valid) {
      throw new BlobRecipeException(blob, problem);
    }
  }

  private static byte[] read(Driver driver, String key, long offset, int length)
      throws IOException {
    try (InputStream in = driver.read(key, offset, length)) {
      return in.readNBytes(length);
    }
  }
}
