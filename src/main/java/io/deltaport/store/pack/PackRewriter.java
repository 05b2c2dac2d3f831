package io.deltaport.store.pack;

import io.deltaport.ostree.Checksum;
import io.deltaport.store.ObjectKind;
import io.deltaport.store.ObjectReader;
import io.deltaport.store.Storage;
import io.deltaport.store.driver.Driver;
import io.deltaport.store.driver.StoreLayout;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Writes objects of a pack into a better one: against similar objects, in shared frames, or just
 * compressed harder. Used by one thread at a time.
 *
 * <p>Memory: a few hundred MiB for the largest objects that are stored against others.
 */
public final class PackRewriter {
  /** Longer objects have frames of their own: reading a short one costs its whole frame. */
  static final int SMALL_BYTES_MAX = 64 << 10;

  /** An object is stored against another one when that takes less than so much of what it takes. */
  private static final int AGAINST_PERCENT_MAX = 75;

  /** A small one must become this many times smaller: frames of many do well, too. */
  private static final int AGAINST_SMALL_RATIO = 5;

  private static final int BUFFER_BYTES = 128 * 1024;

  private final Driver driver;
  private final ObjectReader objects;
  private final int level;
  private final Meter meter;

  /** Says what is known about objects. */
  public interface Plan {
    /** Returns the object to store this one against, or nothing. */
    Optional<Checksum> base(Checksum object);

    /** Returns a path at which the object was found, or an empty text. */
    String path(Checksum object);
  }

  /** Hears how much was done, and may slow it down or end it. */
  @FunctionalInterface
  public interface Meter {
    void passed(long bytes) throws IOException;
  }

  /**
   * Makes one.
   *
   * @param objects reads and verifies the objects and those of the plan
   * @param level of zstd, from 1 to 19
   */
  public PackRewriter(Driver driver, ObjectReader objects, int level, Meter meter) {
    this.driver = driver;
    this.objects = objects;
    this.level = level;
    this.meter = meter;
  }

  /**
   * Writes a pack; whoever relies on it verifies it first.
   *
   * @param pack digest of the old pack, which is verified as a whole first
   * @param entries rows of that pack's index
   * @param again whether what lies in frames of its own is compressed again, rather than copied
   * @return the new pack, or nothing when no object was given
   * @throws PackFormatException if the old pack or a base is damaged
   */
  public Optional<PublishedPack> rewrite(
      String pack, Collection<PackEntry> entries, boolean again, Plan plan) throws IOException {
    PackReader.open(driver, pack).verify();
    return write(pack, entries, again, plan);
  }

  /** As {@link #rewrite}, whatever lies between the frames of these entries. */
  Optional<PublishedPack> write(
      String pack, Collection<PackEntry> entries, boolean again, Plan plan) throws IOException {
    try (PackWriter writer = new PackWriter(driver, level)) {
      List<PackEntry> small = new ArrayList<>();
      List<PackEntry> inOrder = new ArrayList<>(entries);
      inOrder.sort(Comparator.comparingLong(PackEntry::offset));
      for (PackEntry entry : inOrder) {
        if (addAgainst(writer, entry, plan)) {
          continue;
        }
        if (!entry.storage().hasBase() && entry.length() <= SMALL_BYTES_MAX) {
          small.add(entry);
          continue;
        }
        if (entry.storage() == Storage.OWN_FRAME && again) {
          compress(writer, entry);
        } else {
          copy(writer, pack, entry);
        }
        meter.passed(entry.length());
      }
      addSmall(writer, small, plan);
      return writer.publish();
    }
  }

  private boolean addAgainst(PackWriter writer, PackEntry entry, Plan plan) throws IOException {
    Checksum base = plan.base(entry.object()).orElse(null);
    if (base == null || entry.storage().hasBase() || entry.length() > PackBounds.BASE_BYTES_MAX) {
      return false;
    }
    byte[] bytes = read(entry.object());
    byte[] baseBytes = read(base);
    meter.passed(bytes.length + (long) baseBytes.length);
    long most =
        entry.storage() == Storage.SHARED_FRAME || entry.length() <= SMALL_BYTES_MAX
            ? entry.length() / AGAINST_SMALL_RATIO
            : entry.storedLength() * AGAINST_PERCENT_MAX / 100;
    return writer.addAgainst(entry.object(), entry.kind(), bytes, base, baseBytes, most);
  }

  private byte[] read(Checksum object) throws IOException {
    try (InputStream in = objects.open(object)) {
      byte[] bytes = in.readNBytes(PackBounds.BASE_BYTES_MAX + 1);
      if (bytes.length > PackBounds.BASE_BYTES_MAX) {
        throw new IOException("the object " + object + " is too long to be stored against another");
      }
      return bytes;
    }
  }

  private void compress(PackWriter writer, PackEntry entry) throws IOException {
    PackObject out = writer.begin(entry.kind(), entry.length());
    try (InputStream in = objects.open(entry.object())) {
      byte[] buffer = new byte[BUFFER_BYTES];
      for (int got = in.read(buffer); got >= 0; got = in.read(buffer)) {
        out.write(buffer, 0, got);
      }
    }
    if (!out.checksum().equals(entry.object())) {
      throw new IOException("the content is not that of object " + entry.object());
    }
    out.keep();
  }

  private void copy(PackWriter writer, String pack, PackEntry entry) throws IOException {
    try (InputStream frame =
        driver.read(StoreLayout.pack(pack), entry.offset(), entry.storedLength())) {
      writer.copy(entry, frame);
    }
  }

  /** Brings those together that are likely alike: by their kind, their ending, and their place. */
  private void addSmall(PackWriter writer, List<PackEntry> small, Plan plan) throws IOException {
    record Named(PackEntry entry, String path, String ending) {}
    List<Named> named = new ArrayList<>();
    for (PackEntry entry : small) {
      String path = plan.path(entry.object());
      named.add(new Named(entry, path, ending(path)));
    }
    named.sort(
        Comparator.comparing((Named each) -> each.entry().kind())
            .thenComparing(Named::ending)
            .thenComparing(Named::path)
            .thenComparing(each -> each.entry().offset())
            .thenComparing(each -> each.entry().position()));
    List<PackWriter.Whole> group = new ArrayList<>();
    ObjectKind kind = null;
    long bytes = 0;
    for (Named each : named) {
      PackEntry entry = each.entry();
      if (kind != entry.kind() || bytes + entry.length() > PackBounds.SHARED_FRAME_BYTES_MAX) {
        write(writer, group);
        bytes = 0;
      }
      kind = entry.kind();
      bytes += entry.length();
      group.add(new PackWriter.Whole(entry.object(), kind, read(entry.object())));
      meter.passed(entry.length());
    }
    write(writer, group);
  }

  private static void write(PackWriter writer, List<PackWriter.Whole> group) throws IOException {
    if (group.size() == 1) {
      PackWriter.Whole whole = group.getFirst();
      writer.add(whole.object(), whole.kind(), whole.bytes());
    } else {
      writer.addShared(group);
    }
    group.clear();
  }

  private static String ending(String path) {
    String name = path.substring(path.lastIndexOf('/') + 1);
    return name.substring(Math.max(0, name.lastIndexOf('.')));
  }
}
