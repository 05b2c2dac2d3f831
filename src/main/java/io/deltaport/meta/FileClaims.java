package io.deltaport.meta;

import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import org.hibernate.reactive.mutiny.Mutiny.StatelessSession;

/**
 * Keeps files that are about to be published from being unlinked as garbage. Thread-safe.
 *
 * <p>A file without a row is marked when it is first seen, and unlinked after the grace period
 * while its mark is locked. Removing the mark before publishing either comes first, and the file is
 * young again, or waits until the old file is gone.
 */
@ApplicationScoped
public class FileClaims {
  private final Database database;

  FileClaims(Database database) {
    this.database = database;
  }

  /** Says that a file is about to be published under {@code key}, and its row written after. */
  public void claim(String key) {
    database.transact(session -> claim(session, key));
  }

  private static Uni<Integer> claim(StatelessSession session, String key) {
    return session
        .createNativeQuery(
            "delete from gc_mark where kind = 'file' and repository_id = 0 and key = :key")
        .setParameter("key", key)
        .executeUpdate();
  }
}
