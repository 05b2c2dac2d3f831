package io.deltaport.layer;

import io.deltaport.ostree.Checksum;
import io.deltaport.store.ObjectIndex;
import io.deltaport.store.driver.Driver;
import io.deltaport.store.pack.MemoryObjectIndex;
import io.deltaport.store.pack.PackedObjects;
import io.deltaport.util.PieceInputStream;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;

/**
 * The tar of a layer from some offset to its end, made from its recipe and the objects while it is
 * read. Not thread-safe; takes a few megabytes. What lies before the offset is passed over in the
 * recipe, and no object of it is opened.
 */
final class TarStream extends PieceInputStream {
  /** Records read before their objects are looked up at once: their literals take 4 MiB at most. */
  private static final int BATCH_RECORDS = 1024;

  private static final int BATCH_LITERAL_BYTES = 4 << 20;

  /** Records of the first batch, so that the first bytes come soon; each next one is larger. */
  private static final int FIRST_BATCH_RECORDS = 32;

  private final Driver driver;
  private final ObjectIndex index;
  private final RecipeReader recipe;
  private final boolean verify;
  private final Queue<RecipeRecord> records = new ArrayDeque<>();
  private int batchRecords = FIRST_BATCH_RECORDS;
  private PackedObjects objects;
  private long toSkip;

  private InputStream part = InputStream.nullInputStream();
  private long left;

  // The extents of a sparse file follow each other: its object stays open for them.
  private Checksum openObject;
  private InputStream open;
  private long position;

  /**
   * Begins.
   *
   * @param recipe at its begin; closed with this stream
   * @param offset the first byte of the tar to hand out, at most its length
   * @param verify whether each object is compared with its name; else whoever has the whole tar
   *     compares that with its digest
   */
  TarStream(Driver driver, ObjectIndex index, RecipeReader recipe, long offset, boolean verify) {
    this.driver = driver;
    this.index = index;
    this.recipe = recipe;
    this.verify = verify;
    this.toSkip = Objects.checkIndex(offset, recipe.info().tarLength() + 1);
  }

  @Override
  public int read(byte[] bytes, int offset, int count) throws IOException {
    Objects.checkFromIndexSize(offset, count, bytes.length);
    if (count == 0) {
      return 0;
    }
    while (left == 0) {
      if (!nextPart()) {
        return -1;
      }
    }
    int got = part.read(bytes, offset, (int) Math.min(left, count));
    if (got < 0) {
      throw new EOFException("object " + openObject + " is shorter than its recipe says");
    }
    left -= got;
    return got;
  }

  private boolean nextPart() throws IOException {
    if (records.isEmpty() && !fill()) {
      return false;
    }
    switch (records.remove()) {
      case RecipeRecord.Literal literal -> {
        int skipped = (int) takeSkip();
        int count = literal.bytes().length - skipped;
        part = new ByteArrayInputStream(literal.bytes(), skipped, count);
        left = count;
      }
      case RecipeRecord.Content content -> {
        long skipped = takeSkip();
        left = content.length() - skipped;
        part = seek(content.object(), content.offset() + skipped);
        position += left;
      }
      case RecipeRecord.Entry ignored -> {
        // What it says is in the headers, too.
      }
    }
    return true;
  }

  private long takeSkip() {
    long skipped = toSkip;
    toSkip = 0;
    return skipped;
  }

  /** Reads records and looks up their objects; returns false at the end of the recipe. */
  private boolean fill() throws IOException {
    Set<Checksum> wanted = new HashSet<>();
    int literalBytes = 0;
    while (records.size() < batchRecords && literalBytes < BATCH_LITERAL_BYTES) {
      if (records.isEmpty()) {
        toSkip -= recipe.skip(toSkip);
      }
      RecipeRecord record = recipe.next();
      if (record == null) {
        break;
      }
      switch (record) {
        case RecipeRecord.Literal literal -> literalBytes += literal.bytes().length;
        case RecipeRecord.Content content -> wanted.add(content.object());
        case RecipeRecord.Entry ignored -> {
          continue;
        }
      }
      records.add(record);
    }
    batchRecords = Math.min(2 * batchRecords, BATCH_RECORDS);
    MemoryObjectIndex found = new MemoryObjectIndex();
    found.addFrom(index, wanted);
    objects =
        verify ? PackedObjects.verifying(driver, found) : PackedObjects.unverified(driver, found);
    return !records.isEmpty();
  }

  private InputStream seek(Checksum object, long offset) throws IOException {
    if (!object.equals(openObject) || offset < position) {
      closeObject();
      open = objects.openContent(object);
      openObject = object;
    }
    open.skipNBytes(offset - position);
    position = offset;
    return open;
  }

  private void closeObject() throws IOException {
    openObject = null;
    position = 0;
    if (open != null) {
      try (InputStream closing = open) {
        if (verify) {
          // What was handed out of it counts only when its end was reached.
          closing.transferTo(OutputStream.nullOutputStream());
        }
      } finally {
        open = null;
      }
    }
  }

  /**
   * Ends.
   *
   * @throws io.deltaport.store.pack.PackFormatException if objects are verified and the last one is
   *     not what its name says: what was read of it is wrong, then
   */
  @Override
  public void close() throws IOException {
    try (recipe) {
      closeObject();
    }
  }
}
