package io.deltaport.store.pack;

import io.deltaport.ostree.Checksum;
import io.deltaport.store.ObjectIndex;
import io.deltaport.store.ObjectLocation;
import io.deltaport.store.ObjectNotFoundException;
import io.deltaport.store.driver.Driver;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Writes what is whole in a damaged pack into a new one: a bit that has changed costs the objects
 * of one frame, not those of the pack. Thread-safe; memory as for a {@link PackRewriter}.
 */
public final class PackSalvage {
  private static final int BUFFER_BYTES = 128 * 1024;

  private static final PackRewriter.Plan NO_PLAN =
      new PackRewriter.Plan() {
        @Override
        public Optional<Checksum> base(Checksum object) {
          return Optional.empty();
        }

        @Override
        public String path(Checksum object) {
          return "";
        }
      };

  private final Driver driver;
  private final ObjectIndex index;

  /**
   * Makes one.
   *
   * @param index tells where objects have their place
   */
  public PackSalvage(Driver driver, ObjectIndex index) {
    this.driver = driver;
    this.index = index;
  }

  /**
   * Writes a pack of all objects that have their place in the damaged one and are what their names
   * say, each of which was read for that. The damaged pack stays as it is.
   *
   * @return the new pack; nothing when no object is whole
   * @throws PackFormatException if the damaged pack's index cannot be read
   */
  public Optional<PublishedPack> salvage(String pack) throws IOException {
    List<PackEntry> entries = PackReader.open(driver, pack).entries();
    entries.sort(Comparator.comparingLong(PackEntry::offset)); // each shared frame is read once
    List<Checksum> names = entries.stream().map(PackEntry::object).toList();
    MemoryObjectIndex known = new MemoryObjectIndex();
    known.addFrom(index, names);
    PackedObjects objects = PackedObjects.verifying(driver, known);
    Map<Checksum, ObjectLocation> places = known.find(names);
    List<PackEntry> whole = new ArrayList<>();
    for (PackEntry entry : entries) {
      ObjectLocation place = places.get(entry.object());
      boolean here = place != null && place.pack().equals(pack) && place.offset() == entry.offset();
      if (here && isWhole(entry.object(), objects)) {
        whole.add(entry);
      }
    }
    return new PackRewriter(driver, objects, FrameCompressor.LEVEL, bytes -> {})
        .write(pack, whole, false, NO_PLAN);
  }

  private static boolean isWhole(Checksum object, PackedObjects objects) throws IOException {
    byte[] buffer = new byte[BUFFER_BYTES];
    try (InputStream in = objects.open(object)) {
      while (in.read(buffer) >= 0) {
        // The stream compares length and name at its end.
      }
      return true;
    } catch (PackFormatException | EOFException | NoSuchFileException | ObjectNotFoundException e) {
      return false;
    }
  }
}
