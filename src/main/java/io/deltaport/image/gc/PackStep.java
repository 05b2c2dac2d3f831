package io.deltaport.image.gc;

import io.deltaport.meta.Database;
import io.deltaport.meta.gc.PackSweep;
import io.deltaport.meta.gc.PackUse;
import io.deltaport.meta.gc.PackUse.Places;
import io.deltaport.meta.gc.PackUse.User;
import io.deltaport.ostree.Checksum;
import io.deltaport.store.driver.Driver;
import io.deltaport.store.pack.PackEntry;
import io.deltaport.store.pack.PackIndexReader;
import io.deltaport.store.pack.PackReader;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Learns which packs each new recipe and tree needs, sweeps packs that none needs, and counts what
 * is dead in the others. Thread-safe.
 *
 * <p>Each recipe and tree is read once when it is new, and those of a pack once more when something
 * that needed the pack has gone.
 */
@ApplicationScoped
class PackStep implements GcStep {
  private static final int PAGE_USERS = 100;

  /** Objects that one look-up names. */
  private static final int BATCH_OBJECTS = 4_096;

  private final Database database;
  private final PackUse use;
  private final PackSweep sweep;
  private final UsedObjects objects;
  private final NeededObjects needed;
  private final Driver driver;

  PackStep(
      Database database,
      PackUse use,
      PackSweep sweep,
      UsedObjects objects,
      NeededObjects needed,
      Driver driver) {
    this.database = database;
    this.needed = needed;
    this.use = use;
    this.sweep = sweep;
    this.objects = objects;
    this.driver = driver;
  }

  @Override
  public Order order() {
    return Order.PACKS;
  }

  @Override
  public void run(Context context) {
    if (!context.dryRun()) {
      learn(context);
    }
    Sweeps.run(database, sweep, context);
    if (!context.dryRun()) {
      countDead(context);
    }
    context.report().partlyDeadPacks(database.transact(use::dead));
  }

  private void learn(Context context) {
    List<User> page;
    int learnt;
    do {
      page = database.transact(session -> use.unknown(session, PAGE_USERS));
      learnt = 0;
      for (User user : page) {
        context.progress().update("packs", 0, -1);
        learnt += learn(user, context) ? 1 : 0;
      }
    } while (learnt > 0 && page.size() == PAGE_USERS);
  }

  /** What cannot be read whole keeps every pack: nobody knows which of them it needs. */
  private boolean learn(User user, Context context) {
    try {
      Map<String, Integer> packs = packs(user);
      return database.transact(session -> use.record(session, user, packs));
    } catch (IOException e) {
      context
          .report()
          .note("No pack is removed: " + user.name() + " cannot be read: " + e.getMessage());
      return false;
    }
  }

  private Map<String, Integer> packs(User user) throws IOException {
    Finder finder = new Finder();
    objects.each(user, finder::add);
    finder.flush();
    if (finder.missing > 0) {
      throw new IOException(finder.missing + " of its objects are in no pack");
    }
    return finder.packs;
  }

  /** Looks up where objects are, many at once. Not thread-safe. */
  private final class Finder {
    private final Set<Checksum> batch = new HashSet<>();
    private final Map<String, Integer> packs = new HashMap<>();
    private long missing;

    void add(Checksum object) {
      batch.add(object);
      if (batch.size() == BATCH_OBJECTS) {
        flush();
      }
    }

    void flush() {
      List<String> names = batch.stream().map(Checksum::hex).toList();
      Places places = database.transact(session -> use.find(session, names));
      // When objects leave a pack meanwhile, the earlier number stays, and nothing is recorded.
      places.moves().forEach(packs::putIfAbsent);
      missing += names.size() - places.objects();
      batch.clear();
    }
  }

  private void countDead(Context context) {
    List<String> page;
    List<String> failed = new ArrayList<>();
    do {
      page = database.transact(session -> use.uncounted(session, PAGE_USERS));
      failed.clear();
      for (String pack : page) {
        context.progress().update("dead objects", 0, -1);
        if (!countDead(pack)) {
          failed.add(pack);
        }
      }
    } while (page.size() == PAGE_USERS && failed.size() < page.size());
  }

  private boolean countDead(String pack) {
    try {
      Set<Checksum> live = needed.of(pack);
      long bytes = bytesBut(live, pack);
      database.transact(session -> use.recordDead(session, pack, bytes));
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /** Counts what a pack stores besides some objects. */
  private long bytesBut(Set<Checksum> live, String pack) throws IOException {
    FrameUse frames = new FrameUse();
    try (PackIndexReader index = PackReader.open(driver, pack).index()) {
      for (PackEntry entry = index.next(); entry != null; entry = index.next()) {
        frames.add(entry, live.contains(entry.object()));
      }
    }
    return frames.deadBytes();
  }
}
