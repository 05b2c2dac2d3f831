package io.deltaport.image.repack;

import io.deltaport.meta.ObjectMoves;
import io.deltaport.meta.StoredObjects;
import io.deltaport.ostree.Checksum;
import io.deltaport.store.ObjectLocation;
import io.deltaport.store.driver.Driver;
import io.deltaport.store.pack.MemoryObjectIndex;
import io.deltaport.store.pack.PackEntry;
import io.deltaport.store.pack.PackReader;
import io.deltaport.store.pack.PackRewriter;
import io.deltaport.store.pack.PackRewriter.Plan;
import io.deltaport.store.pack.PackedObjects;
import io.deltaport.store.pack.PublishedPack;
import io.deltaport.util.Progress;
import io.deltaport.util.Throttle;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.jboss.logging.Logger;

/**
 * Moves objects out of a pack into a better one. Thread-safe; may die at any point: until the rows
 * change, which they do all at once, the new pack is one that nothing needs, and afterwards the old
 * one is.
 */
@ApplicationScoped
class PackRepack {
  private static final Logger LOG = Logger.getLogger(PackRepack.class);

  /** Packs with less are left as they are: there is little to gain. */
  static final long PACK_BYTES_MIN = 1 << 20;

  /** Part of a pack that must be dead before the rest is moved out of it. */
  static final int DEAD_PERCENT_MIN = 15;

  private final Driver driver;
  private final StoredObjects stored;
  private final ObjectMoves moves;
  private final RepackSettings settings;
  private final RepackMetrics metrics;
  private final Throttle throttle;

  PackRepack(
      Driver driver,
      StoredObjects stored,
      ObjectMoves moves,
      RepackSettings settings,
      RepackMetrics metrics) {
    this.driver = driver;
    this.stored = stored;
    this.moves = moves;
    this.settings = settings;
    this.metrics = metrics;
    this.throttle = new Throttle(settings.bytesPerSecond());
  }

  /**
   * Rewrites a pack or a part of it.
   *
   * @param wanted which of the objects that have their place in it
   * @param again whether frames are compressed again, rather than copied
   * @return the new pack; nothing when there was nothing to do or something came in between
   * @throws io.deltaport.store.pack.PackFormatException if the pack, or a base, is damaged
   */
  Optional<PublishedPack> rewrite(
      String pack, Predicate<Checksum> wanted, boolean again, Plan plan, Progress progress)
      throws IOException {
    MemoryObjectIndex known = new MemoryObjectIndex();
    List<PackEntry> entries = placed(pack, wanted, known);
    Set<Checksum> bases = new HashSet<>();
    entries.forEach(entry -> plan.base(entry.object()).ifPresent(bases::add));
    known.addFrom(stored, bases);
    long total = entries.stream().mapToLong(PackEntry::length).sum();
    Work work = new Work(progress, total);
    Optional<PublishedPack> written =
        new PackRewriter(
                driver, PackedObjects.verifying(driver, known), settings.level(), work::passed)
            .rewrite(pack, entries, again, plan);
    if (written.isEmpty() || written.get().id().equals(pack)) {
      return Optional.empty();
    }
    PublishedPack result = written.get();
    progress.update("verify", 0, -1);
    if (!moves.replace(pack, result, driver, stored)) {
      LOG.infof("The objects of pack %s stay where they are: something came in between", pack);
      return Optional.empty();
    }
    metrics.moved(result.objects(), result.length());
    LOG.infof(
        "Moved %d objects of pack %s to %s, which has %d bytes",
        result.objects(), pack, result.id(), result.length());
    return written;
  }

  /** Returns those of a pack's objects that have their place there and can be read. */
  private List<PackEntry> placed(String pack, Predicate<Checksum> wanted, MemoryObjectIndex known)
      throws IOException {
    List<PackEntry> entries =
        PackReader.open(driver, pack).entries().stream()
            .filter(entry -> wanted.test(entry.object()))
            .toList();
    known.addFrom(stored, entries.stream().map(PackEntry::object).toList());
    List<PackEntry> placed = new ArrayList<>();
    for (PackEntry entry : entries) {
      ObjectLocation place = known.find(List.of(entry.object())).get(entry.object());
      if (place != null && place.pack().equals(pack) && place.offset() == entry.offset()) {
        placed.add(entry);
      }
    }
    return placed;
  }

  /** Counts what is done, and slows it down. */
  private final class Work {
    private final Progress progress;
    private final long total;
    private long done;

    Work(Progress progress, long total) {
      this.progress = progress;
      this.total = total;
    }

    void passed(long bytes) throws IOException {
      done += bytes;
      progress.update("repack", done, Math.max(done, total));
      metrics.read(bytes);
      throttle.pass(bytes);
    }
  }
}
