package io.deltaport.store.pack;

import io.deltaport.store.driver.Driver;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/**
 * Proves that a pack is what it was when it was written, and saves what is left of one that is not.
 * Immutable and thread-safe; memory does not grow with the pack.
 */
public final class PackVerifier {
  private static final int BUFFER_BYTES = 128 * 1024;

  private final Driver driver;

  public PackVerifier(Driver driver) {
    this.driver = driver;
  }

  /**
   * Reads the pack twice: as a whole against its digest, then object by object against their names.
   *
   * @throws PackFormatException if anything is not as it was
   * @throws java.nio.file.NoSuchFileException if the pack is not there
   */
  public void verify(String pack) throws IOException {
    PackReader reader = PackReader.open(driver, pack);
    reader.verify();
    byte[] buffer = new byte[BUFFER_BYTES];
    try (PackIndexReader index = reader.index()) {
      for (PackEntry entry = index.next(); entry != null; entry = index.next()) {
        try (InputStream object = open(pack, entry)) {
          while (object.read(buffer) >= 0) {
            // The stream itself compares length and name at its end.
          }
        }
      }
    }
  }

  /**
   * Copies every object that is still whole into a new pack, which is durable on return.
   *
   * @return the new pack; nothing when no object could be read, or the index could not
   */
  public Optional<PublishedPack> salvage(String pack) throws IOException {
    try (PackWriter writer = new PackWriter(driver)) {
      if (!isIndexWhole(pack)) {
        return Optional.empty();
      }
      try (PackIndexReader index = PackReader.open(driver, pack).index()) {
        for (PackEntry entry = index.next(); entry != null; entry = index.next()) {
          copy(pack, entry, writer);
        }
      }
      return writer.publish();
    }
  }

  private boolean isIndexWhole(String pack) throws IOException {
    try (PackIndexReader index = PackReader.open(driver, pack).index()) {
      PackEntry entry = index.next();
      while (entry != null) {
        entry = index.next();
      }
      return true;
    } catch (PackFormatException e) {
      return false;
    }
  }

  private void copy(String pack, PackEntry entry, PackWriter writer) throws IOException {
    PackObject object = writer.begin(entry.kind(), entry.length());
    try (InputStream in = open(pack, entry)) {
      in.transferTo(object);
      object.keep();
    } catch (PackFormatException e) {
      object.rollBack();
    }
  }

  private InputStream open(String pack, PackEntry entry) throws IOException {
    return PackedObjectStream.open(driver, entry.object(), entry.location(pack), true);
  }
}
