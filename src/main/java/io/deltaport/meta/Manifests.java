package io.deltaport.meta;

import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.hibernate.reactive.mutiny.Mutiny.StatelessSession;

/** Queries on manifests, indexes and what they refer to. Thread-safe. */
@ApplicationScoped
public class Manifests {
  private static final String IN_REPOSITORY =
      "from manifest m, repository r where r.id = m.repository_id and r.name = :repository";

  /** Rows of one insert: far below the 65,535 parameters that PostgreSQL takes. */
  private static final int REFERENCES_AT_ONCE = 1_000;

  /** What a new manifest refers to: {@code kind} is {@code blob} or {@code manifest}. */
  public record Reference(String kind, String digest) {}

  private final Leases leases;

  Manifests(Leases leases) {
    this.leases = leases;
  }

  /** Returns the manifest, or null when the repository has none with this digest. */
  public Uni<ManifestEntity> byDigest(StatelessSession session, String repository, String digest) {
    return session
        .createNativeQuery("select m.id " + IN_REPOSITORY + " and m.digest = :digest", Long.class)
        .setParameter("repository", repository)
        .setParameter("digest", digest)
        .getSingleResultOrNull()
        .flatMap(id -> byId(session, id));
  }

  /** Returns the manifest that the tag points at, or null. */
  public Uni<ManifestEntity> byTag(StatelessSession session, String repository, String tag) {
    return session
        .createNativeQuery(
            """
            select t.manifest_id from tag t, repository r
            where r.name = :repository and t.repository_id = r.id and t.name = :tag""",
            Long.class)
        .setParameter("repository", repository)
        .setParameter("tag", tag)
        .getSingleResultOrNull()
        .flatMap(id -> byId(session, id));
  }

  /** Returns at most {@code limit} manifests with an annotation, the latest first. */
  public Uni<List<ManifestEntity>> byAnnotation(
      StatelessSession session, String repository, String name, String value, int limit) {
    return session
        .createNativeQuery(
            "select m.id "
                + IN_REPOSITORY
                + " and m.annotations like :part"
                + " and cast(m.annotations as jsonb) ->> :name = :value order by m.id desc",
            Long.class)
        .setParameter("repository", repository)
        .setParameter("part", "%" + name + "%")
        .setParameter("name", name)
        .setParameter("value", value)
        .setMaxResults(limit)
        .getResultList()
        .flatMap(ids -> session.get(ManifestEntity.class, ids.toArray()));
  }

  /** Returns a manifest of the repository that uses this image config, or null. */
  public Uni<ManifestEntity> byConfig(StatelessSession session, String repository, String config) {
    return session
        .createNativeQuery(
            "select m.id " + IN_REPOSITORY + " and m.config_digest = :config order by m.id limit 1",
            Long.class)
        .setParameter("repository", repository)
        .setParameter("config", config)
        .getSingleResultOrNull()
        .flatMap(id -> byId(session, id));
  }

  private static Uni<ManifestEntity> byId(StatelessSession session, Long id) {
    return id == null ? Uni.createFrom().nullItem() : session.get(ManifestEntity.class, id);
  }

  /**
   * Records a manifest with its references and returns its id. It may be there already; then what
   * was missing at the time of the earlier push is added, and bytes that were damaged are replaced.
   */
  public Uni<Long> record(
      StatelessSession session, ManifestEntity manifest, Collection<Reference> references) {
    return idOf(session, manifest)
        .flatMap(
            id -> {
              Uni<Long> row =
                  id != null
                      ? complete(session, manifest, id)
                      : insert(session, manifest).flatMap(ignored -> idOf(session, manifest));
              return row.call(newId -> insertReferences(session, newId, references));
            });
  }

  private Uni<Long> complete(StatelessSession session, ManifestEntity manifest, long id) {
    return session
        .createNativeQuery(
            """
            update manifest set image = image or :image, content = :content, damaged_at = null
            where id = :id
              and (:image and not image or damaged_at is not null or content <> :content)""")
        .setParameter("id", id)
        .setParameter("image", manifest.image)
        .setParameter("content", manifest.content)
        .executeUpdate()
        .flatMap(ignored -> renewLease(session, id))
        .replaceWith(id);
  }

  /** Renews the lease of a manifest where that is due; gives false when the manifest is gone. */
  public Uni<Boolean> lease(StatelessSession session, long id) {
    return renewLease(session, id)
        .flatMap(
            ignored ->
                session
                    .createNativeQuery("select count(*) from manifest where id = :id", Long.class)
                    .setParameter("id", id)
                    .getSingleResult())
        .map(count -> count > 0);
  }

  /** An index that names the manifest may come next: until then it must not be collected. */
  private Uni<Integer> renewLease(StatelessSession session, long id) {
    return session
        .createNativeQuery(
            "update manifest set leased_until = %s where id = :id and leased_until < %s"
                .formatted(leases.end(), leases.due()))
        .setParameter("id", id)
        .executeUpdate();
  }

  /** Finds the manifest and keeps it from being deleted until the transaction ends. */
  private static Uni<Long> idOf(StatelessSession session, ManifestEntity manifest) {
    return session
        .createNativeQuery(
            """
            select m.id from manifest m
            where m.repository_id = :repository and m.digest = :digest for key share""",
            Long.class)
        .setParameter("repository", manifest.repositoryId)
        .setParameter("digest", manifest.digest)
        .getSingleResultOrNull();
  }

  private Uni<Integer> insert(StatelessSession session, ManifestEntity manifest) {
    return session
        .createNativeQuery(
            """
            insert into manifest (repository_id, digest, media_type, artifact_type, config_digest,
              subject, annotations, content, image, leased_until)
            values (:repository, :digest, :mediaType, :artifactType, :configDigest, :subject,
              :annotations, :content, :image, %s)
            on conflict do nothing"""
                .formatted(leases.end()))
        .setParameter("repository", manifest.repositoryId)
        .setParameter("digest", manifest.digest)
        .setParameter("mediaType", manifest.mediaType)
        .setParameter("artifactType", manifest.artifactType)
        .setParameter("configDigest", manifest.configDigest)
        .setParameter("subject", manifest.subject)
        .setParameter("annotations", manifest.annotations)
        .setParameter("content", manifest.content)
        .setParameter("image", manifest.image)
        .executeUpdate();
  }

  private static Uni<Void> insertReferences(
      StatelessSession session, long manifestId, Collection<Reference> references) {
    List<Reference> distinct = List.copyOf(new HashSet<>(references));
    Uni<Void> chain = Uni.createFrom().voidItem();
    for (int from = 0; from < distinct.size(); from += REFERENCES_AT_ONCE) {
      List<Reference> some =
          distinct.subList(from, Math.min(from + REFERENCES_AT_ONCE, distinct.size()));
      chain = chain.flatMap(ignored -> insertSome(session, manifestId, some));
    }
    return chain;
  }

  private static Uni<Void> insertSome(
      StatelessSession session, long manifestId, List<Reference> references) {
    String values =
        IntStream.range(0, references.size())
            .mapToObj(i -> "(:manifest, :kind" + i + ", :digest" + i + ")")
            .collect(Collectors.joining(", "));
    var insert =
        session
            .createNativeQuery(
                "insert into manifest_reference (manifest_id, kind, digest) values "
                    + values
                    + " on conflict do nothing")
            .setParameter("manifest", manifestId);
    for (int i = 0; i < references.size(); i++) {
      insert =
          insert
              .setParameter("kind" + i, references.get(i).kind())
              .setParameter("digest" + i, references.get(i).digest());
    }
    return insert.executeUpdate().replaceWithVoid();
  }

  /**
   * Returns the size in bytes of each of {@code digests} that is a manifest of the repository. The
   * rows stay locked against deletion until the transaction ends.
   */
  public Uni<Map<String, Long>> sizes(
      StatelessSession session, long repositoryId, Collection<String> digests) {
    if (digests.isEmpty()) {
      return Uni.createFrom().item(Map.of());
    }
    return session
        .createNativeQuery(
            """
            select m.digest, octet_length(m.content) from manifest m
            where m.repository_id = :repository and m.digest in (:digests)
            for key share of m""",
            Object[].class)
        .setParameter("repository", repositoryId)
        .setParameter("digests", List.copyOf(digests))
        .getResultList()
        .map(Sizes::of);
  }

  /** Removes the manifest and the tags that point at it; returns false when there was none. */
  public Uni<Boolean> delete(StatelessSession session, String repository, String digest) {
    return session
        .createNativeQuery(
            """
            delete from manifest m using repository r
            where r.id = m.repository_id and r.name = :repository and m.digest = :digest""")
        .setParameter("repository", repository)
        .setParameter("digest", digest)
        .executeUpdate()
        .map(count -> count > 0);
  }
}
