package io.deltaport.layer;

import io.deltaport.oci.Digest;
import io.deltaport.store.driver.Driver;
import io.deltaport.util.Hex;
import io.deltaport.util.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.security.DigestInputStream;
import java.util.Arrays;

/** A recipe's file with its head and footer checked; the body is hashed while it is read. */
final class RecipeFile {
  private final Digest diffId;
  private final RecipeInfo info;
  private final DigestInputStream body;
  private final byte[] footer;

  private RecipeFile(Digest diffId, RecipeInfo info, DigestInputStream body, byte[] footer) {
    this.diffId = diffId;
    this.info = info;
    this.body = body;
    this.footer = footer;
  }

  /** Opens the file and reads head and footer; whoever reads the body closes it. */
  static RecipeFile open(Driver driver, String key, Digest diffId) throws IOException {
    long length = driver.length(key);
    long bodyLength = length - RecipeFormat.HEAD_BYTES - RecipeFormat.FOOT_BYTES;
    check(bodyLength >= 0, diffId, "it is cut");
    byte[] head = read(driver, key, 0, RecipeFormat.HEAD_BYTES);
    checkHead(head, diffId);
    long footerStart = length - RecipeFormat.FOOT_BYTES;
    byte[] footer = read(driver, key, footerStart, RecipeFormat.FOOT_BYTES);
    RecipeInfo info = parse(footer, bodyLength, diffId);
    InputStream in = driver.read(key, RecipeFormat.HEAD_BYTES, bodyLength);
    DigestInputStream body = new DigestInputStream(in, Sha256.newDigest());
    body.getMessageDigest().update(head);
    return new RecipeFile(diffId, info, body, footer);
  }

  RecipeInfo info() {
    return info;
  }

  InputStream body() {
    return body;
  }

  /** Compares the file's digest, after the whole body was read. */
  void verify() throws IOException {
    body.transferTo(OutputStream.nullOutputStream());
    byte[] digest = new byte[Sha256.LENGTH_BYTES];
    int hashed = footer.length - digest.length;
    System.arraycopy(footer, hashed, digest, 0, digest.length);
    body.getMessageDigest().update(footer, 0, hashed);
    check(Arrays.equals(body.getMessageDigest().digest(), digest), diffId, "its digest differs");
  }

  private static void checkHead(byte[] head, Digest diffId) throws RecipeFormatException {
    ByteBuffer fields = ByteBuffer.wrap(head);
    byte[] magic = new byte[RecipeFormat.HEAD_MAGIC.length];
    fields.get(magic);
    check(Arrays.equals(magic, RecipeFormat.HEAD_MAGIC), diffId, "not a recipe");
    boolean known = fields.getInt() == RecipeFormat.VERSION && fields.getInt() == 0;
    check(known, diffId, "a newer version of the format");
  }

  private static RecipeInfo parse(byte[] footer, long bodyLength, Digest diffId)
      throws RecipeFormatException {
    ByteBuffer fields = ByteBuffer.wrap(footer);
    check(fields.getLong() == bodyLength, diffId, "it is cut");
    long tarLength = fields.getLong();
    long entries = fields.getLong();
    check(tarLength >= 0 && entries >= 0, diffId, "a length that is too large");
    byte[] digest = new byte[Sha256.LENGTH_BYTES];
    fields.get(digest);
    check(Hex.encode(digest).equals(diffId.hex()), diffId, "it belongs to another layer");
    byte[] magic = new byte[RecipeFormat.FOOT_MAGIC.length];
    fields.get(magic);
    check(Arrays.equals(magic, RecipeFormat.FOOT_MAGIC), diffId, "it has no footer");
    return new RecipeInfo(diffId, tarLength, entries);
  }

  private static void check(boolean valid, Digest diffId, String problem)
      throws RecipeFormatException {
    if (!valid) {
      throw new RecipeFormatException(diffId, problem);
    }
  }

  private static byte[] read(Driver driver, String key, long offset, int length)
      throws IOException {
    try (InputStream in = driver.read(key, offset, length)) {
      return in.readNBytes(length);
    }
  }
}
