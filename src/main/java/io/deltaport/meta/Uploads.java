package io.deltaport.meta;

import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.UUID;
import org.hibernate.reactive.mutiny.Mutiny.StatelessSession;

/** Queries on upload sessions. Thread-safe. */
@ApplicationScoped
public class Uploads {

  /** Begins a session at offset 0. */
  public Uni<Void> begin(StatelessSession session, UUID id, long repositoryId) {
    return session
        .createNativeQuery(
            """
            insert into upload (id, repository_id) values (:id, :repository)
            on conflict do nothing""")
        .setParameter("id", id)
        .setParameter("repository", repositoryId)
        .executeUpdate()
        .replaceWithVoid();
  }

  /** Returns the durable offset in bytes, or null when the repository has no such session. */
  public Uni<Long> offset(StatelessSession session, UUID id, String repository) {
    return session
        .createSelectionQuery(
            """
            select u.offsetBytes from UploadEntity u, RepositoryEntity r
            where u.id = :id and r.id = u.repositoryId and r.name = :repository""",
            Long.class)
        .setParameter("id", id)
        .setParameter("repository", repository)
        .getSingleResultOrNull();
  }

  /**
   * Moves the durable offset from {@code from} to {@code to}, or finds it there; returns false when
   * it is elsewhere or the session is over.
   */
  public Uni<Boolean> advance(StatelessSession session, UUID id, long from, long to) {
    return session
        .createNativeQuery(
            """
            update upload set offset_bytes = :to, updated_at = now()
            where id = :id and offset_bytes in (:from, :to)""")
        .setParameter("id", id)
        .setParameter("from", from)
        .setParameter("to", to)
        .executeUpdate()
        .map(count -> count > 0);
  }

  /** Ends a session. */
  public Uni<Void> end(StatelessSession session, UUID id) {
    return session
        .createNativeQuery("delete from upload where id = :id")
        .setParameter("id", id)
        .executeUpdate()
        .replaceWithVoid();
  }
}
