package io.deltaport.store.pack;

import io.deltaport.ostree.Checksum;
import io.deltaport.store.ObjectIndex;
import io.deltaport.store.ObjectLocation;
import io.deltaport.store.ObjectNotFoundException;
import io.deltaport.store.ObjectReader;
import io.deltaport.store.driver.Driver;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads objects out of packs through an index. Thread-safe; each stream belongs to one thread and
 * takes constant memory, whatever the object's size; one that is stored against another takes as
 * much as that one has bytes, at most {@link PackBounds#BASE_BYTES_MAX}.
 *
 * <p>Every stream fails with a {@link PackFormatException} before its last bytes are handed out
 * when the pack is damaged.
 */
public final class PackedObjects implements ObjectReader {
  private final Frames frames;
  private final ObjectIndex index;
  private final boolean verify;

  private PackedObjects(Driver driver, ObjectIndex index, boolean verify) {
    this.frames = new Frames(driver);
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
    return open(object, PackedObjectStream::open);
  }

  /**
   * {@inheritDoc}
   *
   * @throws PackFormatException if the object is no content object
   */
  @Override
  public InputStream openContent(Checksum object) throws IOException {
    return open(object, PackedObjectStream::openContent);
  }

  @FunctionalInterface
  private interface Opening {
    InputStream open(Frames frames, Checksum object, ObjectLocation location, boolean verify)
        throws IOException;
  }

  /** Looks for the object once more when its pack is gone: it may have moved to another one. */
  private InputStream open(Checksum object, Opening opening) throws IOException {
    ObjectLocation location = find(object);
    try {
      return opening.open(frames, object, location, verify);
    } catch (NoSuchFileException e) {
      ObjectLocation now = find(object);
      if (now.equals(location)) {
        throw e;
      }
      return opening.open(frames, object, now, verify);
    }
  }

  private ObjectLocation find(Checksum object) throws IOException {
    ObjectLocation location = index.find(List.of(object)).get(object);
    if (location == null) {
      throw new ObjectNotFoundException(object);
    }
    return location;
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
}
