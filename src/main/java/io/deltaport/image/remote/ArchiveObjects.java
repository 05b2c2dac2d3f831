package io.deltaport.image.remote;

import io.deltaport.meta.StoredObjects;
import io.deltaport.meta.Suspects;
import io.deltaport.ostree.ArchiveFile;
import io.deltaport.ostree.Checksum;
import io.deltaport.store.ObjectIndex;
import io.deltaport.store.ObjectKind;
import io.deltaport.store.ObjectLocation;
import io.deltaport.store.cache.FileCache;
import io.deltaport.store.driver.Driver;
import io.deltaport.store.pack.PackFormatException;
import io.deltaport.store.pack.PackedObjects;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;

/**
 * Makes the files of objects out of packs. Thread-safe; blocks.
 *
 * <p>An object is compared with its name before any byte of it is sent.
 */
@ApplicationScoped
class ArchiveObjects {
  /** Files that are made at a time for clients: compressing is work for a processor. */
  private static final int MAKERS = Math.max(2, Runtime.getRuntime().availableProcessors());

  /** Largest object that is made in memory when the disk is full. */
  private static final int MEMORY_BYTES_MAX = 8 << 20;

  private final ArchiveCache cache;
  private final Driver driver;
  private final StoredObjects stored;
  private final Suspects suspects;
  private final Semaphore makers = new Semaphore(MAKERS);

  ArchiveObjects(ArchiveCache cache, Driver driver, StoredObjects stored, Suspects suspects) {
    this.cache = cache;
    this.driver = driver;
    this.stored = stored;
    this.suspects = suspects;
  }

  /**
   * Returns the file of an object; empty when it is not stored.
   *
   * @throws IOException if it is damaged
   */
  Optional<RemoteFile> file(RemoteObject object) throws IOException {
    Optional<RemoteFile.Stored> found = cache.find(object);
    if (found.isPresent()) {
      return Optional.of(found.get());
    }
    makers.acquireUninterruptibly();
    try {
      found = cache.find(object);
      return found.isPresent()
          ? Optional.of(found.get())
          : make(object, stored.find(List.of(object.checksum())));
    } finally {
      makers.release();
    }
  }

  /**
   * Makes the file of an object, unless it is there.
   *
   * @param locations where objects are, this one among them if it is stored
   */
  Optional<RemoteFile> make(RemoteObject object, Map<Checksum, ObjectLocation> locations)
      throws IOException {
    ObjectLocation location = locations.get(object.checksum());
    if (location == null) {
      return Optional.empty();
    }
    ObjectIndex index = ignored -> Map.of(object.checksum(), location);
    try (InputStream in = PackedObjects.verifying(driver, index).open(object.checksum())) {
      FileCache.Writer writer = out -> convert(object, in, location.length(), out);
      return Optional.of(
          location.length() > MEMORY_BYTES_MAX || cache.hasRoom(location.length())
              ? cache.put(object, writer)
              : inMemory(object, writer));
    } catch (PackFormatException e) {
      suspects.report("pack", e.pack(), e.getMessage());
      throw e;
    }
  }

  private static void convert(RemoteObject object, InputStream in, long length, OutputStream out)
      throws IOException {
    if (object.kind() == ObjectKind.FILE) {
      ArchiveFile.write(in, length, out);
    } else {
      in.transferTo(out);
    }
  }

  /** On a full disk the others must go on to read. */
  private static RemoteFile inMemory(RemoteObject object, FileCache.Writer writer)
      throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    writer.write(out);
    return new RemoteFile.Bytes(
        object.checksum().hex() + "." + object.extension(), out.toByteArray());
  }
}
