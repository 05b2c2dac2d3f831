package io.deltaport.store.pack;

import io.deltaport.ostree.Checksum;
import io.deltaport.store.ObjectKind;
import io.deltaport.store.Storage;
import io.deltaport.store.driver.Driver;
import io.deltaport.store.driver.StoreLayout;
import io.deltaport.util.Hex;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Writes one pack: objects one by one, the index at the end. Not thread-safe.
 *
 * <p>Memory: about 80 bytes for each object and half a megabyte of buffers, plus the largest object
 * given as a whole. Nothing can be read before {@link #publish}; closing without it leaves nothing
 * behind. After an {@link IOException} the writer can only be closed.
 *
 * <p>The format is described in docs/formats/pack.md.
 */
public final class PackWriter implements AutoCloseable {
  private static final int COPY_BYTES = 128 * 1024;

  private final Driver driver;
  private final EntryTable entries = new EntryTable();
  private final FrameCompressor compressor;
  private PackOutput out;
  private PackObject open;

  /** Begins a pack of fast compression; no file is made before the first object. */
  public PackWriter(Driver driver) {
    this(driver, FrameCompressor.LEVEL);
  }

  /**
   * Begins a pack; no file is made before the first object.
   *
   * @param level of zstd, from 1 to 19
   */
  public PackWriter(Driver driver, int level) {
    this.driver = driver;
    this.compressor = new FrameCompressor(level);
  }

  /** Tells whether this pack holds the object already. */
  public boolean contains(Checksum object) {
    return entries.contains(object);
  }

  /** Returns how many objects were added. */
  public int objects() {
    return entries.size();
  }

  /** Returns the bytes written so far. */
  public long length() {
    return out == null ? 0 : out.position();
  }

  /**
   * Adds an object that is at hand as a whole, unless the pack holds it already.
   *
   * @param object name of the object, which the caller has computed from these bytes
   * @return whether it was new
   * @throws IOException if the pack is full (4,194,304 objects) or the disk is
   */
  public boolean add(Checksum object, ObjectKind kind, byte[] bytes, int offset, int count)
      throws IOException {
    checkNoneOpen();
    if (entries.contains(object)) {
      return false;
    }
    PackOutput output = output();
    long start = output.position();
    compressor.compress(bytes, offset, count, output);
    keep(new PackEntry(object, kind, start, output.position() - start, count));
    return true;
  }

  /** As {@link #add(Checksum, ObjectKind, byte[], int, int)}, for a whole array. */
  public boolean add(Checksum object, ObjectKind kind, byte[] bytes) throws IOException {
    return add(object, kind, bytes, 0, bytes.length);
  }

  /**
   * Adds a file that has the content of another one under a header of its own, unless the pack
   * holds it already. Takes some hundred bytes whatever the content's length.
   *
   * @param object name of the object, which the caller has computed from header and content
   * @param header its framed header
   * @param base the object with the content, in any pack, itself whole
   * @param length bytes of the whole object stream
   * @return whether it was new
   */
  public boolean addHeader(Checksum object, byte[] header, Checksum base, long length)
      throws IOException {
    checkNoneOpen();
    if (entries.contains(object)) {
      return false;
    }
    PackOutput output = output();
    long start = output.position();
    compressor.compress(header, 0, header.length, output);
    long stored = output.position() - start;
    keep(
        new PackEntry(
            object, ObjectKind.FILE, start, stored, length, Storage.HEADER_OF_BASE, 0, base));
    return true;
  }

  /**
   * Adds an object that is at hand as a whole as what it has more than a similar one, unless the
   * pack holds it already or that takes too much.
   *
   * @param base name of the similar object, in any pack, at most {@link PackBounds#BASE_BYTES_MAX}
   * @param most bytes that it may take in the pack
   * @return whether it was added
   */
  public boolean addAgainst(
      Checksum object, ObjectKind kind, byte[] bytes, Checksum base, byte[] baseBytes, long most)
      throws IOException {
    checkNoneOpen();
    if (object.equals(base) || baseBytes.length > PackBounds.BASE_BYTES_MAX) {
      throw new IllegalArgumentException(base + " cannot be the base of " + object);
    }
    if (entries.contains(object)) {
      return false;
    }
    byte[] frame = compressor.compressAgainst(baseBytes, bytes);
    if (frame.length > most) {
      return false;
    }
    PackOutput output = output();
    long start = output.position();
    output.write(frame);
    keep(
        new PackEntry(
            object, kind, start, frame.length, bytes.length, Storage.AGAINST_BASE, 0, base));
    return true;
  }

  /** An object that is at hand as a whole, with the name that the caller has computed of it. */
  @SuppressWarnings("ArrayRecordComponent") // never compared as a record
  public record Whole(Checksum object, ObjectKind kind, byte[] bytes) {}

  /**
   * Adds objects that share one frame, in this order; those that the pack holds already are left
   * out. Together they have at most {@link PackBounds#SHARED_FRAME_BYTES_MAX}.
   */
  public void addShared(List<Whole> objects) throws IOException {
    checkNoneOpen();
    Map<Checksum, Whole> fresh = new LinkedHashMap<>();
    long bytes = 0;
    for (Whole whole : objects) {
      if (!entries.contains(whole.object()) && fresh.put(whole.object(), whole) == null) {
        bytes += whole.bytes().length;
      }
    }
    if (bytes > PackBounds.SHARED_FRAME_BYTES_MAX) {
      throw new IllegalArgumentException("a shared frame of " + bytes + " bytes");
    }
    if (!fresh.isEmpty()) {
      writeShared(fresh.values(), (int) bytes);
    }
  }

  private void writeShared(Collection<Whole> objects, int bytes) throws IOException {
    ByteBuffer content = ByteBuffer.allocate(bytes);
    objects.forEach(whole -> content.put(whole.bytes()));
    PackOutput output = output();
    long start = output.position();
    compressor.compress(content.array(), 0, bytes, output);
    long stored = output.position() - start;
    int position = 0;
    for (Whole whole : objects) {
      int length = whole.bytes().length;
      keep(
          new PackEntry(
              whole.object(),
              whole.kind(),
              start,
              stored,
              length,
              Storage.SHARED_FRAME,
              position,
              null));
      position += length;
    }
  }

  /**
   * Adds an object of another pack as it is stored there, unless this one holds it already. What
   * shares a frame cannot be taken over.
   *
   * @param entry its row there
   * @param frame gives exactly the bytes of its frame
   * @return whether it was new
   */
  public boolean copy(PackEntry entry, InputStream frame) throws IOException {
    checkNoneOpen();
    if (entry.storage() == Storage.SHARED_FRAME) {
      throw new IllegalArgumentException("a shared frame cannot be copied for one object");
    }
    if (entries.contains(entry.object())) {
      return false;
    }
    PackOutput output = output();
    long start = output.position();
    byte[] buffer = new byte[(int) Math.min(COPY_BYTES, entry.storedLength())];
    for (int got = frame.read(buffer); got > 0; got = frame.read(buffer)) {
      output.write(buffer, 0, got);
    }
    if (output.position() - start != entry.storedLength()) {
      throw new IOException("the frame of object " + entry.object() + " is cut");
    }
    keep(entry.at(start));
    return true;
  }

  /**
   * Begins an object that comes in pieces; it must be kept or rolled back before anything else.
   *
   * @param length bytes that the whole object stream will have
   */
  public PackObject begin(ObjectKind kind, long length) throws IOException {
    checkNoneOpen();
    PackOutput output = output();
    output.mark();
    compressor.begin(length);
    open = new PackObject(this, output, compressor, kind, length);
    return open;
  }

  /** Takes in a finished object; the entry's frame is the last thing in the file. */
  void keep(PackEntry entry) throws IOException {
    open = null;
    if (entries.size() == PackFormat.OBJECTS_MAX) {
      throw new IOException("a pack holds at most " + PackFormat.OBJECTS_MAX + " objects");
    }
    entries.add(entry);
  }

  /** Forgets the object that was begun. */
  void rolledBack() {
    open = null;
  }

  /**
   * Writes index and footer and publishes the pack durably under its own digest.
   *
   * @return the pack, or nothing when no object was added
   */
  public Optional<PublishedPack> publish() throws IOException {
    checkNoneOpen();
    if (entries.size() == 0) {
      return Optional.empty();
    }
    IndexWriter.write(entries, out);
    byte[] digest = out.digestSoFar();
    out.write(digest);
    String id = Hex.encode(digest);
    out.publish(StoreLayout.pack(id));
    return Optional.of(new PublishedPack(id, out.position(), entries.size()));
  }

  private PackOutput output() throws IOException {
    if (out == null) {
      out = new PackOutput(driver);
      out.write(
          ByteBuffer.allocate(PackFormat.HEAD_BYTES)
              .put(PackFormat.HEAD_MAGIC)
              .putInt(PackFormat.VERSION)
              .putInt(0)
              .array());
    }
    return out;
  }

  private void checkNoneOpen() {
    if (open != null) {
      throw new IllegalStateException("the object begun before is neither kept nor rolled back");
    }
  }

  @Override
  public void close() throws IOException {
    compressor.close();
    if (out != null) {
      out.close();
    }
  }
}
