package io.deltaport.layer;

import com.github.luben.zstd.RecyclingBufferPool;
import com.github.luben.zstd.ZstdOutputStreamNoFinalizer;
import io.deltaport.oci.Digest;
import io.deltaport.ostree.Checksum;
import io.deltaport.store.driver.Driver;
import io.deltaport.store.driver.PendingFile;
import io.deltaport.store.driver.StoreLayout;
import io.deltaport.util.Hex;
import io.deltaport.util.Sha256;
import io.deltaport.util.Varint;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.security.DigestOutputStream;

/**
 * Writes a recipe record by record, in constant memory. Not thread-safe. Nothing is visible before
 * {@link #publish}; closing without it leaves nothing behind.
 */
final class RecipeWriter implements AutoCloseable {
  private static final int LEVEL = 3;
  private static final int BUFFER_BYTES = 64 * 1024;

  private final PendingFile file;
  private final DigestOutputStream hashed;
  private final ZstdOutputStreamNoFinalizer zstd;
  private final OutputStream body;
  private final byte[] literal = new byte[RecipeFormat.LITERAL_MAX_BYTES];
  private int literalLength;
  private long tarLength;
  private long entries;

  RecipeWriter(Driver driver) throws IOException {
    file = driver.create();
    OutputStream buffered = new BufferedOutputStream(file.output(), BUFFER_BYTES);
    hashed = new DigestOutputStream(buffered, Sha256.newDigest());
    hashed.write(RecipeFormat.HEAD_MAGIC);
    hashed.write(ByteBuffer.allocate(8).putInt(RecipeFormat.VERSION).putInt(0).array());
    zstd = new ZstdOutputStreamNoFinalizer(hashed, RecyclingBufferPool.INSTANCE, LEVEL);
    body = new BufferedOutputStream(zstd, BUFFER_BYTES);
  }

  /** Returns the bytes of tar that the records so far make. */
  long tarLength() {
    return tarLength;
  }

  /** Adds bytes of the tar that are no file content. */
  void literal(byte[] bytes, int offset, int count) throws IOException {
    tarLength += count;
    for (int done = 0; done < count; ) {
      int step = Math.min(count - done, literal.length - literalLength);
      System.arraycopy(bytes, offset + done, literal, literalLength, step);
      literalLength += step;
      done += step;
      if (literalLength == literal.length) {
        endLiteral();
      }
    }
  }

  /** Adds a part of a file object's content; nothing when it is empty. */
  void content(Checksum object, long offset, long length) throws IOException {
    if (length == 0) {
      return;
    }
    endLiteral();
    tarLength += length;
    body.write(RecipeFormat.CONTENT);
    body.write(object.bytes());
    Varint.write(body, offset);
    Varint.write(body, length);
  }

  /** Adds what an entry means. */
  void entry(RecipeRecord.Entry entry) throws IOException {
    entries++;
    body.write(RecipeFormat.ENTRY);
    body.write(entry.kind().code());
    bytes(entry.path());
    if (entry.kind().hasObject()) {
      body.write(entry.object().bytes());
    }
    if (entry.kind().isRegular()) {
      Varint.write(body, entry.length());
    }
    if (entry.kind() == EntryKind.HARD_LINK) {
      bytes(entry.target());
    }
  }

  /**
   * Ends the recipe and publishes it durably under the layer's diff_id.
   *
   * @return bytes of the recipe
   */
  long publish(Digest diffId) throws IOException {
    endLiteral();
    body.write(RecipeFormat.END);
    endFrame();
    long bodyLength = file.length() - RecipeFormat.HEAD_BYTES;
    hashed.write(
        ByteBuffer.allocate(RecipeFormat.FOOT_BYTES - Sha256.LENGTH_BYTES)
            .putLong(bodyLength)
            .putLong(tarLength)
            .putLong(entries)
            .put(Hex.decode(diffId.hex()))
            .put(RecipeFormat.FOOT_MAGIC)
            .array());
    byte[] digest = hashed.getMessageDigest().digest();
    hashed.on(false);
    hashed.write(digest);
    hashed.flush();
    long length = file.length();
    file.publish(StoreLayout.recipe(diffId));
    return length;
  }

  private void endFrame() throws IOException {
    body.flush();
    zstd.closeWithoutClosingParentStream();
    hashed.flush();
  }

  private void endLiteral() throws IOException {
    if (literalLength > 0) {
      body.write(RecipeFormat.LITERAL);
      Varint.write(body, literalLength);
      body.write(literal, 0, literalLength);
      literalLength = 0;
    }
  }

  private void bytes(byte[] bytes) throws IOException {
    Varint.write(body, bytes.length);
    body.write(bytes);
  }

  @Override
  public void close() throws IOException {
    try (file) {
      zstd.closeWithoutClosingParentStream(); // frees native memory; does nothing when published
    }
  }
}
