package io.deltaport.meta.gc;

import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.util.List;
import org.hibernate.reactive.mutiny.Mutiny.StatelessSession;

/**
 * Deltas whose source or target image is gone, with the artifacts that publish them; an artifact
 * that someone has tagged stays. Thread-safe.
 */
@Singleton
public class DeltaSweep extends MarkedSweep {
  private final DeadManifests manifests;

  DeltaSweep(GcMarks marks, DeadManifests manifests) {
    super(marks);
    this.manifests = manifests;
  }

  @Override
  public String kind() {
    return "delta";
  }

  @Override
  public String reason() {
    return "its source or target image is gone";
  }

  @Override
  String lockSql() {
    return """
        select m.repository_id, m.key from gc_mark m join delta d on d.id = cast(m.key as bigint)
        where m.kind = :kind and m.since <= %s
        order by d.id limit :limit
        for update of d skip locked"""
        .formatted(marks.due());
  }

  @Override
  Uni<Tally> delete(StatelessSession session, List<RowKey> keys) {
    return session
        .createNativeQuery(
            """
            with gone as (
              delete from delta d using gc_garbage g, unnest(cast(:keys as text[])) as k(key)
              where d.id = cast(k.key as bigint) and g.kind = 'delta' and g.key = k.key
              returning d.repository_id, d.artifact_digest, d.size_bytes
            )
            select m.id, gone.size_bytes
            from gone left join manifest m
              on m.repository_id = gone.repository_id and m.digest = gone.artifact_digest""",
            Object[].class)
        .setParameter("keys", keys(keys))
        .getResultList()
        .flatMap(rows -> deleteArtifacts(session, rows));
  }

  private Uni<Tally> deleteArtifacts(StatelessSession session, List<Object[]> rows) {
    long bytes = rows.stream().mapToLong(row -> ((Number) row[1]).longValue()).sum();
    Long[] artifacts =
        rows.stream()
            .filter(row -> row[0] != null)
            .map(row -> ((Number) row[0]).longValue())
            .toArray(Long[]::new);
    return manifests.deleteArtifacts(session, artifacts).replaceWith(new Tally(rows.size(), bytes));
  }
}
