package io.deltaport.store.pack;

import io.deltaport.ostree.ContentHeader;
import io.deltaport.ostree.OstreeFormatException;
import io.deltaport.store.ObjectLocation;
import io.deltaport.store.driver.Driver;
import java.io.ByteArrayInputStream;
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
   * Of an object whose content lies elsewhere it reads the header; its name is compared whenever it
   * is read as a whole.
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
        verify(pack, entry, buffer);
      }
    }
  }

  private void verify(String pack, PackEntry entry, byte[] buffer) throws IOException {
    ObjectLocation frame =
        new ObjectLocation(pack, entry.offset(), entry.storedLength(), entry.length());
    if (entry.base() != null) {
      byte[] header = PackedObjectStream.header(driver, entry.object(), frame);
      try {
        ContentHeader.read(new ByteArrayInputStream(header));
      } catch (OstreeFormatException e) {
        throw new PackFormatException(pack, entry.offset(), "a content object has no header", e);
      }
      return;
    }
    try (InputStream object = PackedObjectStream.open(driver, entry.object(), frame, true)) {
      while (object.read(buffer) >= 0) {
        // The stream itself compares length and name at its end.
      }
    }
  }
}
