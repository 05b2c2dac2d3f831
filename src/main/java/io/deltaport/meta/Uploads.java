package io.deltaport.meta;

import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.hibernate.reactive.mutiny.Mutiny.StatelessSession;

/** Queries on upload sessions. Thread-safe. */
@ApplicationScoped
public class Uploads {
  private final Duration expiry;

  Uploads(@ConfigProperty(name = "deltaport.upload.expiry") Duration expiry) {
    this.expiry = expiry;
  }

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

  /**
   * Returns the durable offset in bytes, or null when the repository has no such session, or none
   * any more: nothing came to it for too long.
   */
  public Uni<Long> offset(StatelessSession session, UUID id, String repository) {
    return session
        .createNativeQuery(
            """
            select u.offset_bytes from upload u join repository r on r.id = u.repository_id
            where u.id = :id and r.name = :repository and u.updated_at > now() - %s"""
                .formatted(Sql.interval(expiry)),
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

  /** A session to which nothing came for too long. */
  public record Expired(UUID id, long offsetBytes) {}

  /** Returns at most {@code limit} expired sessions after {@code last}, by id. */
  public Uni<List<Expired>> expired(StatelessSession session, UUID last, int limit) {
    return session
        .createNativeQuery(
            """
            select id, offset_bytes from upload
            where updated_at <= now() - %s and id > :last order by id"""
                .formatted(Sql.interval(expiry)),
            Object[].class)
        .setParameter("last", last)
        .setMaxResults(limit)
        .getResultList()
        .map(
            rows ->
                rows.stream()
                    .map(row -> new Expired((UUID) row[0], ((Number) row[1]).longValue()))
                    .toList());
  }

  /** Ends an expired session; returns false when a chunk has come meanwhile. */
  public Uni<Boolean> endExpired(StatelessSession session, UUID id) {
    return session
        .createNativeQuery(
            "delete from upload where id = :id and updated_at <= now() - " + Sql.interval(expiry))
        .setParameter("id", id)
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
