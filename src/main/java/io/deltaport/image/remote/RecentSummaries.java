package io.deltaport.image.remote;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Optional;

/**
 * Partial summaries of states that are no longer the latest: a client has read the index that names
 * them, and the remote changed before it asked for them. Thread-safe.
 */
@ApplicationScoped
class RecentSummaries {
  /** Longer than a client takes from the index to what it names. */
  private static final Duration KEPT = Duration.ofMinutes(5);

  private static final long MEMORY_BYTES_MAX = 8 << 20;

  /** What an entry takes beside the content. */
  private static final int ENTRY_BYTES = 300;

  private record Key(String repository, String file) {}

  private final Cache<Key, RemoteFile.Bytes> files =
      Caffeine.newBuilder()
          .maximumWeight(MEMORY_BYTES_MAX)
          .weigher((Key key, RemoteFile.Bytes file) -> file.content().length + ENTRY_BYTES)
          .expireAfterWrite(KEPT)
          .build();

  /** Keeps those of a state that is replaced. */
  void keep(RemoteState state) {
    state
        .index()
        .files()
        .forEach((name, file) -> files.put(new Key(state.repository(), name), file));
  }

  Optional<RemoteFile.Bytes> find(String repository, String file) {
    return Optional.ofNullable(files.getIfPresent(new Key(repository, file)));
  }
}
