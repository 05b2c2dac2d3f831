package io.deltaport.image;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.deltaport.meta.Database;
import io.deltaport.meta.Leases;
import io.deltaport.meta.Manifests;
import jakarta.enterprise.context.ApplicationScoped;

/**
 * Keeps manifests from being collected for a while after a client was told that they are there: it
 * may rely on that and not push them. Thread-safe.
 *
 * <p>Most answers come from memory, so this server remembers for a quarter of a lease which ones it
 * has seen to: then at least another quarter is left.
 */
@ApplicationScoped
class ManifestLeases {
  private static final int REMEMBERED_MAX = 100_000;

  private final Database database;
  private final Manifests manifests;
  private final Cache<Long, Boolean> lately;

  ManifestLeases(Database database, Manifests manifests, Leases leases) {
    this.database = database;
    this.manifests = manifests;
    this.lately =
        Caffeine.newBuilder()
            .maximumSize(REMEMBERED_MAX)
            .expireAfterWrite(leases.length().dividedBy(4))
            .build();
  }

  /** Says whether a manifest that is there has a lease without asking. Never blocks. */
  boolean isLeased(long manifestId) {
    return lately.getIfPresent(manifestId) != null;
  }

  /** Renews the lease where that is due; returns false when the manifest is gone. */
  boolean renew(long manifestId) {
    boolean there = database.transact(session -> manifests.lease(session, manifestId));
    if (there) {
      lately.put(manifestId, true);
    }
    return there;
  }
}
