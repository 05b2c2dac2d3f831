package io.deltaport.image.remote;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.deltaport.meta.Database;
import io.deltaport.meta.ManifestChanges;
import io.deltaport.meta.OstreeRemotes;
import io.deltaport.meta.OstreeRemotes.Remote;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLongArray;
import org.jboss.logging.Logger;

/**
 * The remotes of repositories, in memory as long as this server hears of changes. Thread-safe;
 * blocks when it asks the database.
 */
@ApplicationScoped
public class Remotes implements ManifestChanges.Listener {
  private static final Logger LOG = Logger.getLogger(Remotes.class);

  /** Bytes of states in memory: some hundred repositories of a hundred releases each. */
  private static final long MEMORY_BYTES_MAX = 32 << 20;

  /** What a commit, a ref or a file of a delta takes, roughly. */
  private static final int ITEM_BYTES = 500;

  /** Counters of changes; repositories share them, which costs a missed caching now and then. */
  private static final int STRIPES = 1_024;

  private final Database database;
  private final OstreeRemotes remotes;
  private final RemoteStates maker;
  private final WarmUp warmUp;
  private final RecentSummaries recent;
  private final Cache<String, RemoteState> states =
      Caffeine.newBuilder()
          .maximumWeight(MEMORY_BYTES_MAX)
          .weigher((String repository, RemoteState state) -> weight(state))
          .build();
  private final AtomicLongArray changes = new AtomicLongArray(STRIPES);
  private final Set<String> reloading = ConcurrentHashMap.newKeySet();
  private volatile boolean hearing;

  Remotes(
      Database database,
      OstreeRemotes remotes,
      RemoteStates maker,
      WarmUp warmUp,
      RecentSummaries recent) {
    this.database = database;
    this.remotes = remotes;
    this.maker = maker;
    this.warmUp = warmUp;
    this.recent = recent;
  }

  /** Returns what the repository offers now; empty when there is no such repository. */
  Optional<RemoteState> find(String repository) {
    RemoteState known = hearing ? states.getIfPresent(repository) : null;
    return known != null && known.keys().equals(maker.keys(known.repositoryId()))
        ? Optional.of(known)
        : load(repository);
  }

  /** Returns what the repository offers when it is in memory, else null. Never blocks. */
  RemoteState known(String repository) {
    return hearing ? states.getIfPresent(repository) : null;
  }

  private Optional<RemoteState> load(String repository) {
    int stripe = stripe(repository);
    long seen = changes.get(stripe);
    Remote remote = database.transact(session -> remotes.find(session, repository));
    if (remote == null) {
      return Optional.empty();
    }
    RemoteState loaded = maker.of(repository, remote);
    warmUp.loaded(loaded);
    recent.keep(loaded);
    if (hearing) {
      // Whoever changes it counts first and removes the entry then, so it cannot slip in between.
      states
          .asMap()
          .compute(repository, (same, old) -> changes.get(stripe) == seen ? loaded : null);
    }
    return Optional.of(loaded);
  }

  @Override
  public void remoteChanged(String repository) {
    changes.incrementAndGet(stripe(repository));
    RemoteState old = states.asMap().remove(repository);
    if (old != null) {
      recent.keep(old);
    }
    if (warmUp.isAsked(repository) && reloading.add(repository)) {
      Thread.startVirtualThread(() -> reload(repository));
    }
  }

  /** Loads a state before somebody asks, and makes what its refs lead to ready. */
  private void reload(String repository) {
    reloading.remove(repository);
    try {
      find(repository);
    } catch (RuntimeException e) {
      LOG.debugf("The remote of %s was not loaded: %s", repository, e.getMessage());
    }
  }

  @Override
  public void listening() {
    forgetAll();
    hearing = true;
  }

  @Override
  public void deaf() {
    hearing = false;
    forgetAll();
  }

  private void forgetAll() {
    for (int i = 0; i < STRIPES; i++) {
      changes.incrementAndGet(i);
    }
    states.invalidateAll();
  }

  private static int weight(RemoteState state) {
    long items = 0L + state.commits().size() + state.refs().size();
    for (RemoteState.Delta delta : state.deltas().values()) {
      items += delta.files().size();
    }
    return (int) Math.min(Integer.MAX_VALUE, items * ITEM_BYTES + summaries(state));
  }

  private static long summaries(RemoteState state) {
    return state.summary().length() + state.index().memoryBytes();
  }

  private static int stripe(String repository) {
    return Math.floorMod(repository.hashCode(), STRIPES);
  }
}
