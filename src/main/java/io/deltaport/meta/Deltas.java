package io.deltaport.meta;

import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.List;
import org.hibernate.reactive.mutiny.Mutiny.StatelessSession;

/** Queries on published deltas. Thread-safe. */
@ApplicationScoped
public class Deltas {

  /**
   * A delta with the names that people know it by.
   *
   * @param id rises with each new delta: the page marker of {@link #list}
   * @param sourceTag a tag that points at the source now, or null
   * @param targetTag a tag that points at the target now, or null
   * @param effort how hard it was made small, or null when nobody knows
   */
  public record Listed(
      long id,
      String repository,
      String source,
      String target,
      String sourceTag,
      String targetTag,
      String artifact,
      String format,
      long sizeBytes,
      long fullBytes,
      String effort,
      Instant createdAt) {}

  private static final String SELECT =
      """
      select d.id, r.name, d.source_digest, d.target_digest,
        (select min(t.name) from tag t join manifest m on m.id = t.manifest_id
          where m.repository_id = r.id and m.digest = d.source_digest),
        (select min(t.name) from tag t join manifest m on m.id = t.manifest_id
          where m.repository_id = r.id and m.digest = d.target_digest),
        d.artifact_digest, d.format, d.size_bytes, d.full_bytes, d.effort, d.created_at
      from delta d join repository r on r.id = d.repository_id
      join manifest a on a.repository_id = r.id and a.digest = d.artifact_digest
      """;

  /** Returns the delta, or null when none is published for the pair. */
  public Uni<Listed> find(
      StatelessSession session, String repository, String source, String target, String format) {
    return session
        .createNativeQuery(
            SELECT
                + """
                where r.name = :repository and d.source_digest = :source
                  and d.target_digest = :target and d.format = :format""",
            Object[].class)
        .setParameter("repository", repository)
        .setParameter("source", source)
        .setParameter("target", target)
        .setParameter("format", format)
        .getSingleResultOrNull()
        .map(row -> row == null ? null : listed(row));
  }

  /** Returns at most {@code limit} deltas after {@code last}; an empty repository means all. */
  public Uni<List<Listed>> list(StatelessSession session, String repository, long last, int limit) {
    return session
        .createNativeQuery(
            SELECT
                + "where (:repository = '' or r.name = :repository) and d.id > :last order by d.id",
            Object[].class)
        .setParameter("repository", repository)
        .setParameter("last", last)
        .setMaxResults(limit)
        .getResultList()
        .map(rows -> rows.stream().map(Deltas::listed).toList());
  }

  /** Returns at most {@code limit} deltas of a repository, the latest first. */
  public Uni<List<Listed>> latest(StatelessSession session, String repository, int limit) {
    return session
        .createNativeQuery(SELECT + "where r.name = :repository order by d.id desc", Object[].class)
        .setParameter("repository", repository)
        .setMaxResults(limit)
        .getResultList()
        .map(rows -> rows.stream().map(Deltas::listed).toList());
  }

  /** Records a published delta; one that was there for the pair is replaced. */
  public Uni<Void> record(StatelessSession session, DeltaEntity delta) {
    return session
        .createNativeQuery(
            """
            insert into delta (repository_id, source_digest, target_digest, format,
              artifact_digest, size_bytes, full_bytes, effort)
            values (:repository, :source, :target, :format, :artifact, :size, :full, :effort)
            on conflict (repository_id, source_digest, target_digest, format) do update set
              artifact_digest = excluded.artifact_digest, size_bytes = excluded.size_bytes,
              full_bytes = excluded.full_bytes, effort = excluded.effort, created_at = now()""")
        .setParameter("repository", delta.repositoryId)
        .setParameter("source", delta.sourceDigest)
        .setParameter("target", delta.targetDigest)
        .setParameter("format", delta.format)
        .setParameter("artifact", delta.artifactDigest)
        .setParameter("size", delta.sizeBytes)
        .setParameter("full", delta.fullBytes)
        .setParameter("effort", delta.effort)
        .executeUpdate()
        .replaceWithVoid();
  }

  private static Listed listed(Object[] row) {
    return new Listed(
        ((Number) row[0]).longValue(),
        (String) row[1],
        (String) row[2],
        (String) row[3],
        (String) row[4],
        (String) row[5],
        (String) row[6],
        (String) row[7],
        ((Number) row[8]).longValue(),
        ((Number) row[9]).longValue(),
        (String) row[10],
        Instants.of(row[11]));
  }
}
