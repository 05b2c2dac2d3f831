package io.deltaport.meta;

import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.hibernate.reactive.mutiny.Mutiny.StatelessSession;

/** Rows that tell whether a transaction was committed when its answer was lost. Thread-safe. */
@ApplicationScoped
class CommitKeys {
  /** Claims between two cleanings: keeps the table small at hardly any cost. */
  private static final int CLEANING_INTERVAL = 1_000;

  private final AtomicLong claims = new AtomicLong();

  /**
   * Writes the key's row; returns false when a committed transaction has written it. One that is
   * still in COMMIT is waited for.
   */
  Uni<Boolean> claim(StatelessSession session, UUID key) {
    return session
        .createNativeQuery("insert into commit_key (id) values (:id) on conflict do nothing")
        .setParameter("id", key)
        .executeUpdate()
        .map(count -> count > 0);
  }

  boolean cleaningIsDue() {
    return claims.incrementAndGet() % CLEANING_INTERVAL == 1;
  }

  /** Removes keys so old that nobody asks for them: callers give up after seconds. */
  Uni<Void> clean(StatelessSession session) {
    return session
        .createNativeQuery(
            "delete from commit_key where committed_at < now() - interval '15 minutes'")
        .executeUpdate()
        .replaceWithVoid();
  }
}
