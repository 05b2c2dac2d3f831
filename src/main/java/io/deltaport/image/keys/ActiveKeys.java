package io.deltaport.image.keys;

import io.deltaport.meta.Database;
import io.deltaport.meta.SigningKeys;
import io.deltaport.sign.KeyFiles;
import io.deltaport.sign.KeyFormatException;
import io.deltaport.sign.KeyKind;
import io.deltaport.sign.SigningKey;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jboss.logging.Logger;

/**
 * The keys that sign, in memory. What another server changes is seen within {@value
 * #AGE_MAX_SECONDS} seconds, what this one changes at once. Thread-safe; never call it from an
 * event loop.
 */
@ApplicationScoped
class ActiveKeys {
  private static final Logger LOG = Logger.getLogger(ActiveKeys.class);

  /** Devices ask for signatures many times a second; operators change keys a few times a year. */
  static final int AGE_MAX_SECONDS = 2;

  private static final long AGE_MAX_NANOS = Duration.ofSeconds(AGE_MAX_SECONDS).toNanos();

  private record Snapshot(List<LoadedKey> keys, long version, long loadedAtNanos) {}

  private final Database database;
  private final SigningKeys rows;
  private final MasterKeys masters;
  private final ExternalKeys external;
  private final AtomicLong version = new AtomicLong();
  private final AtomicReference<CompletableFuture<Snapshot>> loading = new AtomicReference<>();
  private volatile Snapshot snapshot = new Snapshot(List.of(), -1, 0);
  private Map<String, String> reported = Map.of();

  ActiveKeys(Database database, SigningKeys rows, MasterKeys masters, ExternalKeys external) {
    this.database = database;
    this.rows = rows;
    this.masters = masters;
    this.external = external;
  }

  /** Returns all active keys. */
  List<LoadedKey> list() {
    Snapshot known = snapshot;
    while (!isFresh(known)) {
      known = loadOnce();
    }
    return known.keys();
  }

  /** Forgets what is in memory: a key was changed. */
  void changed() {
    version.incrementAndGet();
  }

  private boolean isFresh(Snapshot known) {
    return known.version() == version.get()
        && System.nanoTime() - known.loadedAtNanos() < AGE_MAX_NANOS;
  }

  /** One of all that wait asks the database: when it is away, they wait for one patience only. */
  private Snapshot loadOnce() {
    CompletableFuture<Snapshot> mine = new CompletableFuture<>();
    CompletableFuture<Snapshot> other = loading.compareAndExchange(null, mine);
    if (other != null) {
      return await(other);
    }
    try {
      Snapshot loaded = load();
      snapshot = loaded;
      mine.complete(loaded);
      return loaded;
    } catch (RuntimeException | Error e) {
      mine.completeExceptionally(e);
      throw e;
    } finally {
      loading.set(null);
    }
  }

  private static Snapshot await(CompletableFuture<Snapshot> other) {
    try {
      return other.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw e;
    }
  }

  private Snapshot load() {
    long now = version.get();
    List<LoadedKey> keys = new ArrayList<>();
    Map<String, LoadedKey> before = new HashMap<>();
    snapshot.keys().stream().filter(LoadedKey::isUsable).forEach(k -> before.put(k.identity(), k));
    for (SigningKeys.Row row : database.transact(rows::list)) {
      if (row.isActive()) {
        LoadedKey known = before.get(row.fingerprint());
        keys.add(known != null && known.name().equals(row.name()) ? known : open(row));
      }
    }
    keys.addAll(external.list());
    report(keys);
    return new Snapshot(List.copyOf(keys), now, System.nanoTime());
  }

  private LoadedKey open(SigningKeys.Row row) {
    KeyKind kind = KeyKind.of(row.kind()).orElseThrow();
    KeyPatterns repositories = KeyPatterns.parse(row.repositories());
    try {
      MasterKey master = masters.get();
      if (!master.id().equals(row.master())) {
        throw new KeysUnavailableException(
            "it is encrypted with the master key %s, and %s holds %s; put the right one there"
                .formatted(row.master(), masters.place(), master.id()));
      }
      SigningKey key = KeyFiles.decode(kind, master.open(row.name(), row.kind(), row.secret()));
      if (!key.fingerprint().equals(row.fingerprint())) {
        throw new KeysUnavailableException("it is not the key that the database says");
      }
      return new LoadedKey(row.name(), kind, repositories, row.fingerprint(), key, null);
    } catch (KeysUnavailableException | KeyFormatException e) {
      String problem = "the signing key " + row.name() + " cannot be used: " + e.getMessage();
      return new LoadedKey(row.name(), kind, repositories, row.fingerprint(), null, problem);
    }
  }

  /** Logs each problem once, and its end. */
  private void report(List<LoadedKey> keys) {
    Map<String, String> problems = new HashMap<>();
    for (LoadedKey key : keys) {
      if (!key.isUsable()) {
        problems.put(key.name(), key.problem());
        if (!key.problem().equals(reported.get(key.name()))) {
          LOG.errorf(
              "NOTHING IS SERVED THAT HAS TO BE SIGNED for %s: %s",
              key.repositories().text(), key.problem());
        }
      }
    }
    for (String name : reported.keySet()) {
      if (!problems.containsKey(name)) {
        LOG.infof("The signing key %s is not in the way any more", name);
      }
    }
    reported = problems;
  }
}
