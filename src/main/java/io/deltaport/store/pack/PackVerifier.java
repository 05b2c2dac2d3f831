package io.deltaport.store.pack;

import io.deltaport.store.driver.Driver;
import java.io.IOException;
import java.io.InputStream;

/**
 * Proves that a pack is what it was when it was written. Immutable and thread-safe; memory does not
 * grow with the pack.
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

  private InputStream open(String pack, PackEntry entry) throws IOException {
    return PackedObjectStream.open(driver, entry.object(), entry.location(pack), true);
  }
}
