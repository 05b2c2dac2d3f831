package io.deltaport.store.pack;

import io.deltaport.ostree.Checksum;
import io.deltaport.store.ObjectIndex;
import io.deltaport.store.ObjectLocation;
import io.deltaport.store.ObjectNotFoundException;
import io.deltaport.store.ObjectReader;
import io.deltaport.store.driver.Driver;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads objects out of packs through an index. Thread-safe; each stream belongs to one thread and
 * takes constant memory, whatever the object's size.
 *
 * <p>Every stream fails with a {@link PackFormatException} before its last bytes are handed out
 * when the pack is damaged.
 */
public final class PackedObjects implements ObjectReader {
  // u32 size of the header, then four zero bytes.
  private static final int FRAMING_BYTES = 8;

  private final Driver driver;
  private final ObjectIndex index;
  private final boolean verify;

  private PackedObjects(Driver driver, ObjectIndex index, boolean verify) {
    this.driver = driver;
    this.index = index;
    this.verify = verify;
  }

  /** Reads objects and compares each one with its name. */
  public static PackedObjects verifying(Driver driver, ObjectIndex index) {
    return new PackedObjects(driver, index, true);
  }

  /** Reads objects whose bytes someone else verifies, for example by a layer's digest. */
  public static PackedObjects unverified(Driver driver, ObjectIndex index) {
    return new PackedObjects(driver, index, false);
  }

  @Override
  public InputStream open(Checksum object) throws IOException {
    ObjectLocation location = index.find(List.of(object)).get(object);
    if (location == null) {
      throw new ObjectNotFoundException(object);
    }
    return PackedObjectStream.open(driver, object, location, verify);
  }

  /**
   * {@inheritDoc}
   *
   * @throws PackFormatException if the object is no content object
   */
  @Override
  public InputStream openContent(Checksum object) throws IOException {
    ObjectLocation location = index.find(List.of(object)).get(object);
    if (location == null) {
      throw new ObjectNotFoundException(object);
    }
    InputStream in = PackedObjectStream.open(driver, object, location, verify);
    try {
      skipHeader(in, location);
      return in;
    } catch (IOException e) {
      in.close();
      throw e;
    }
  }

  @Override
  public Map<Checksum, Long> lengths(Collection<Checksum> objects) throws IOException {
    Map<Checksum, Long> lengths = new HashMap<>();
    List<Checksum> batch = new ArrayList<>(Math.min(objects.size(), ObjectIndex.BATCH_MAX));
    for (Checksum object : objects) {
      batch.add(object);
      if (batch.size() == ObjectIndex.BATCH_MAX) {
        index.find(batch).forEach((found, location) -> lengths.put(found, location.length()));
        batch.clear();
      }
    }
    index.find(batch).forEach((found, location) -> lengths.put(found, location.length()));
    return lengths;
  }

  private static void skipHeader(InputStream in, ObjectLocation location) throws IOException {
    ByteBuffer framing = ByteBuffer.wrap(in.readNBytes(FRAMING_BYTES));
    long size = framing.remaining() < FRAMING_BYTES ? -1 : Integer.toUnsignedLong(framing.getInt());
    if (size < 0 || framing.getInt() != 0 || size > location.length() - FRAMING_BYTES) {
      throw new PackFormatException(location.pack(), location.offset(), "not a content object");
    }
    try {
      in.skipNBytes(size);
    } catch (EOFException e) {
      throw new PackFormatException(
          location.pack(), location.offset(), "a content object is cut", e);
    }
  }
}
