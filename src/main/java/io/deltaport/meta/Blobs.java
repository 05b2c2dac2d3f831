package io.deltaport.meta;

import io.deltaport.oci.Digest;
import io.deltaport.store.driver.StoreLayout;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.hibernate.reactive.mutiny.Mutiny.StatelessSession;

/**
 * Queries on blobs and on the links through which repositories see them. Thread-safe.
 *
 * <p>Whoever tells a client that a blob exists renews its lease: see {@link Leases}.
 */
@ApplicationScoped
public class Blobs {
  private final Leases leases;

  Blobs(Leases leases) {
    this.leases = leases;
  }

  /**
   * A blob that is there.
   *
   * @param raw whether its file is; else it is made from its recipe
   */
  public record Stored(long sizeBytes, boolean raw) {}

  /** Returns the blob, or null when the repository has no link to it or it is damaged. */
  public Uni<Stored> find(StatelessSession session, String repository, String digest) {
    return session
        .createNativeQuery(
            """
            select b.size_bytes, b.raw from repository_blob l
            join repository r on r.id = l.repository_id
            join blob b on b.digest = l.digest
            where r.name = :repository and l.digest = :digest and b.damaged_at is null""",
            Object[].class)
        .setParameter("repository", repository)
        .setParameter("digest", digest)
        .getSingleResultOrNull()
        .map(row -> row == null ? null : stored(row));
  }

  private static Stored stored(Object[] row) {
    return new Stored(((Number) row[0]).longValue(), (Boolean) row[1]);
  }

  /** As {@link #find}, and keeps the blob from being collected while the client relies on it. */
  public Uni<Stored> findRenewingLease(StatelessSession session, String repository, String digest) {
    return session
        .createNativeQuery(
            """
            select b.size_bytes, b.raw, b.leased_until < %s from repository_blob l
            join repository r on r.id = l.repository_id
            join blob b on b.digest = l.digest
            where r.name = :repository and l.digest = :digest and b.damaged_at is null"""
                .formatted(leases.due()),
            Object[].class)
        .setParameter("repository", repository)
        .setParameter("digest", digest)
        .getSingleResultOrNull()
        .flatMap(
            row -> {
              if (row == null) {
                return Uni.createFrom().nullItem();
              }
              if (!((Boolean) row[2])) {
                return Uni.createFrom().item(stored(row));
              }
              // It may be collected at this moment: only what is seen under the lock counts.
              return leases
                  .renew(session, Leases.Table.BLOB, List.of(digest))
                  .flatMap(ignored -> find(session, repository, digest));
            });
  }

  /**
   * Says whether {@code from}, or any repository when it is empty, has a link to the blob. If so,
   * its lease is renewed and its row stays locked against deletion until the transaction ends.
   */
  public Uni<Boolean> lockForMount(StatelessSession session, Optional<String> from, String digest) {
    return session
        .createNativeQuery(
            """
            select b.digest from blob b
            where b.digest = :digest and b.damaged_at is null and exists (
              select 1 from repository_blob l join repository r on r.id = l.repository_id
              where l.digest = b.digest and (:anywhere or r.name = :from))
            for key share of b""",
            String.class)
        .setParameter("digest", digest)
        .setParameter("anywhere", from.isEmpty())
        .setParameter("from", from.orElse(""))
        .getSingleResultOrNull()
        .call(
            found ->
                found == null
                    ? Uni.createFrom().voidItem()
                    : leases.renew(session, Leases.Table.BLOB, List.of(digest)))
        .map(found -> found != null);
  }

  /**
   * Records a blob whose durable file was written just now, and links it to the repository; both
   * may be there already. One that was damaged is whole by this.
   */
  public Uni<Void> record(
      StatelessSession session, long repositoryId, String digest, long sizeBytes) {
    return record(session, digest, sizeBytes)
        .flatMap(ignored -> link(session, repositoryId, digest));
  }

  /** As above, for a blob that is no client's to ask for by its digest: no repository sees it. */
  public Uni<Integer> record(StatelessSession session, String digest, long sizeBytes) {
    return session
        .createNativeQuery(
            """
            with claim as (
              delete from gc_mark where kind = 'file' and repository_id = 0 and key = :file
            )
            insert into blob (digest, size_bytes, leased_until) values (:digest, :size, %s)
            on conflict (digest) do update
            set leased_until = excluded.leased_until, damaged_at = null, raw = true"""
                .formatted(leases.end()))
        .setParameter("file", StoreLayout.blob(Digest.parse(digest)))
        .setParameter("digest", digest)
        .setParameter("size", sizeBytes)
        .executeUpdate();
  }

  /** Lets the repository see a blob that is recorded. */
  public Uni<Void> link(StatelessSession session, long repositoryId, String digest) {
    return session
        .createNativeQuery(
            """
            insert into repository_blob (repository_id, digest) values (:repository, :digest)
            on conflict do nothing""")
        .setParameter("repository", repositoryId)
        .setParameter("digest", digest)
        .executeUpdate()
        .replaceWithVoid();
  }

  /** Removes the link; returns false when there was none. */
  public Uni<Boolean> unlink(StatelessSession session, String repository, String digest) {
    return session
        .createNativeQuery(
            """
            delete from repository_blob l using repository r
            where r.id = l.repository_id and r.name = :repository and l.digest = :digest""")
        .setParameter("repository", repository)
        .setParameter("digest", digest)
        .executeUpdate()
        .map(count -> count > 0);
  }

  /**
   * Returns the size in bytes of each of {@code digests} that the repository has. The rows stay
   * locked against deletion until the transaction ends.
   */
  public Uni<Map<String, Long>> sizes(
      StatelessSession session, long repositoryId, Collection<String> digests) {
    if (digests.isEmpty()) {
      return Uni.createFrom().item(Map.of());
    }
    return session
        .createNativeQuery(
            """
            select l.digest, b.size_bytes from repository_blob l
            join blob b on b.digest = l.digest
            where l.repository_id = :repository and l.digest in (:digests)
              and b.damaged_at is null
            for key share of l""",
            Object[].class)
        .setParameter("repository", repositoryId)
        .setParameter("digests", List.copyOf(digests))
        .getResultList()
        .map(Sizes::of);
  }
}
