package io.deltaport.store.pack;

import io.deltaport.ostree.Checksum;
import io.deltaport.ostree.ContentHeader;
import io.deltaport.ostree.OstreeFormatException;
import io.deltaport.store.ObjectIndex;
import io.deltaport.store.ObjectLocation;
import io.deltaport.store.Storage;
import io.deltaport.store.driver.Driver;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Proves that a pack is what it was when it was written. Immutable and thread-safe; memory does not
 * grow with the pack.
 */
public final class PackVerifier {
  private static final int BUFFER_BYTES = 128 * 1024;

  private final Driver driver;
  private final ObjectIndex index;

  /**
   * Makes one.
   *
   * @param index tells where bases are
   */
  public PackVerifier(Driver driver, ObjectIndex index) {
    this.driver = driver;
    this.index = index;
  }

  /**
   * Reads the pack twice: as a whole against its digest, then object by object against their names.
   * Of an object whose content lies elsewhere it reads the header; its name is compared whenever it
   * is read as a whole. An object whose base cannot be read is left to the pack's digest: what is
   * wrong is wrong with another pack, or will be found there.
   *
   * @throws PackFormatException if anything is not as it was
   * @throws java.nio.file.NoSuchFileException if the pack is not there
   */
  public void verify(String pack) throws IOException {
    PackReader reader = PackReader.open(driver, pack);
    reader.verify();
    Frames frames = new Frames(driver);
    List<PackEntry> batch = new ArrayList<>();
    try (PackIndexReader entries = reader.index()) {
      for (PackEntry entry = entries.next(); entry != null; entry = entries.next()) {
        batch.add(entry);
        if (batch.size() == ObjectIndex.BATCH_MAX) {
          verify(frames, pack, batch);
          batch.clear();
        }
      }
    }
    verify(frames, pack, batch);
  }

  /** Goes by place, so that each shared frame is decompressed once. */
  private void verify(Frames frames, String pack, List<PackEntry> batch) throws IOException {
    Set<Checksum> bases = new HashSet<>();
    for (PackEntry entry : batch) {
      if (entry.storage() == Storage.AGAINST_BASE) {
        bases.add(entry.base());
      }
    }
    Map<Checksum, ObjectLocation> found = bases.isEmpty() ? Map.of() : index.find(bases);
    byte[] buffer = new byte[BUFFER_BYTES];
    batch.sort(Comparator.comparingLong(PackEntry::offset));
    for (PackEntry entry : batch) {
      switch (entry.storage()) {
        case HEADER_OF_BASE -> verifyHeader(frames, pack, entry);
        case AGAINST_BASE -> {
          ObjectLocation base = found.get(entry.base());
          if (base != null && base.canBeBase(Storage.AGAINST_BASE)) {
            verifyAgainst(frames, entry, entry.location(pack, base), buffer);
          }
        }
        default -> readAll(frames, entry.object(), entry.location(pack, null), buffer);
      }
    }
  }

  private static void verifyHeader(Frames frames, String pack, PackEntry entry) throws IOException {
    ObjectLocation frame =
        new ObjectLocation(pack, entry.offset(), entry.storedLength(), entry.length());
    byte[] header = PackedObjectStream.header(frames, entry.object(), frame);
    try {
      ContentHeader.read(new ByteArrayInputStream(header));
    } catch (OstreeFormatException e) {
      throw new PackFormatException(pack, entry.offset(), "a content object has no header", e);
    }
  }

  private static void verifyAgainst(
      Frames frames, PackEntry entry, ObjectLocation location, byte[] buffer) throws IOException {
    try {
      readAll(frames, entry.object(), location, buffer);
    } catch (NoSuchFileException e) {
      // The pack itself was read to its end: it is a base's that is not there.
      return;
    } catch (PackFormatException e) {
      if (e.pack().equals(location.pack())) {
        throw e;
      }
    }
  }

  private static void readAll(
      Frames frames, Checksum object, ObjectLocation location, byte[] buffer) throws IOException {
    try (InputStream in = PackedObjectStream.open(frames, object, location, true)) {
      while (in.read(buffer) >= 0) {
        // The stream itself compares length and name at its end.
      }
    }
  }
}
