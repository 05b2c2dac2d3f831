package io.deltaport.layer;

import io.deltaport.oci.Digest;
import io.deltaport.ostree.Checksum;
import io.deltaport.store.ObjectIndex;
import io.deltaport.store.driver.Driver;
import io.deltaport.store.pack.MemoryObjectIndex;
import io.deltaport.store.pack.PackedObjects;
import io.deltaport.util.Sha256;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.DigestOutputStream;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Writes the uncompressed tar of a layer again from its recipe and the objects. Thread-safe; a
 * rebuild takes a few megabytes of memory.
 */
public final class TarRebuilder {
  private static final int BUFFER_BYTES = 128 * 1024;

  /** Records read before their objects are looked up at once: their literals take 4 MiB at most. */
  private static final int BATCH_RECORDS = 1024;

  private static final int BATCH_LITERAL_BYTES = 4 << 20;

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
    try (RecipeReader recipe = RecipeReader.open(driver, diffId);
        Batch batch = new Batch(hashed)) {
      for (RecipeRecord next = recipe.next(); next != null; next = recipe.next()) {
        batch.add(next);
      }
      batch.flush();
    }
    hashed.flush();
    if (!Digest.ofSha256(hashed.getMessageDigest().digest()).equals(diffId)) {
      throw new RecipeFormatException(diffId, "what it rebuilds has another digest");
    }
  }

  /** Records that wait for the look-up of their objects. */
  private final class Batch implements AutoCloseable {
    private final OutputStream out;
    private final List<RecipeRecord> records = new ArrayList<>();
    private final Set<Checksum> objects = new HashSet<>();
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private int literalBytes;
    private Checksum openObject;
    private InputStream open;
    private long position;

    Batch(OutputStream out) {
      this.out = out;
    }

    void add(RecipeRecord record) throws IOException {
      switch (record) {
        case RecipeRecord.Literal literal -> literalBytes += literal.bytes().length;
        case RecipeRecord.Content content -> objects.add(content.object());
        case RecipeRecord.Entry ignored -> {
          return;
        }
      }
      records.add(record);
      if (records.size() == BATCH_RECORDS || literalBytes > BATCH_LITERAL_BYTES) {
        flush();
      }
    }

    void flush() throws IOException {
      MemoryObjectIndex found = new MemoryObjectIndex();
      found.addFrom(index, objects);
      // The digest of the whole tar verifies every object.
      PackedObjects reader = PackedObjects.unverified(driver, found);
      for (RecipeRecord record : records) {
        switch (record) {
          case RecipeRecord.Literal literal -> out.write(literal.bytes());
          case RecipeRecord.Content content -> write(content, reader);
          case RecipeRecord.Entry ignored -> {}
        }
      }
      records.clear();
      objects.clear();
      literalBytes = 0;
    }

    private void write(RecipeRecord.Content content, PackedObjects reader) throws IOException {
      // The extents of a sparse file follow each other: its object stays open for them.
      if (!content.object().equals(openObject) || content.offset() < position) {
        close();
        open = reader.openContent(content.object());
        openObject = content.object();
      }
      open.skipNBytes(content.offset() - position);
      for (long left = content.length(); left > 0; ) {
        int got = open.read(buffer, 0, (int) Math.min(buffer.length, left));
        if (got < 0) {
          throw new EOFException("object " + openObject + " is shorter than its recipe says");
        }
        out.write(buffer, 0, got);
        left -= got;
      }
      position = content.offset() + content.length();
    }

    @Override
    public void close() throws IOException {
      openObject = null;
      position = 0;
      if (open != null) {
        open.close();
        open = null;
      }
    }
  }
}
