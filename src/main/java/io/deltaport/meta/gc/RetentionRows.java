package io.deltaport.meta.gc;

import io.deltaport.meta.gc.RepositoryContent.Child;
import io.deltaport.meta.gc.RepositoryContent.Delta;
import io.deltaport.meta.gc.RepositoryContent.Manifest;
import io.deltaport.meta.gc.RepositoryContent.Tag;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import org.hibernate.reactive.mutiny.Mutiny.StatelessSession;

/** Reads what retention rules look at, and removes what they say. Thread-safe. */
@ApplicationScoped
public class RetentionRows {
  private static final String MICROS = "cast(extract(epoch from t.updated_at) * 1000000 as bigint)";

  private final GcMarks marks;
  private final DeadManifests manifests;

  RetentionRows(GcMarks marks, DeadManifests manifests) {
    this.marks = marks;
    this.manifests = manifests;
  }

  /** Returns what the repository holds, or null when there is no such repository. */
  public Uni<RepositoryContent> read(StatelessSession session, String repository) {
    return session
        .createNativeQuery("select id from repository where name = :name", Long.class)
        .setParameter("name", repository)
        .getSingleResultOrNull()
        .flatMap(id -> id == null ? Uni.createFrom().nullItem() : read(session, id, repository));
  }

  private Uni<RepositoryContent> read(StatelessSession session, long id, String name) {
    return tags(session, id)
        .flatMap(
            tags ->
                manifests(session, id)
                    .flatMap(
                        all ->
                            children(session, id)
                                .flatMap(
                                    children ->
                                        deltas(session, id)
                                            .map(
                                                deltas ->
                                                    new RepositoryContent(
                                                        id, name, tags, all, children, deltas)))));
  }

  private Uni<List<Tag>> tags(StatelessSession session, long repository) {
    return rows(
            session,
            """
            select t.id, t.name, m.digest, %s, t.updated_at > %s
            from tag t join manifest m on m.id = t.manifest_id
            where t.repository_id = :repository order by t.updated_at desc, t.id desc"""
                .formatted(MICROS, marks.due()),
            repository)
        .map(
            rows ->
                rows.stream()
                    .map(
                        row ->
                            new Tag(
                                number(row[0]),
                                (String) row[1],
                                (String) row[2],
                                number(row[3]),
                                (Boolean) row[4]))
                    .toList());
  }

  private Uni<List<Manifest>> manifests(StatelessSession session, long repository) {
    return rows(
            session,
            """
            select m.id, m.digest, m.subject, m.pushed_at > %s or m.leased_until > now(),
              cast(now() at time zone 'utc' as date) - max(p.day)
            from manifest m left join manifest_pull p
              on p.repository_id = m.repository_id and p.digest = m.digest
            where m.repository_id = :repository group by m.id order by m.id"""
                .formatted(marks.due()),
            repository)
        .map(
            rows ->
                rows.stream()
                    .map(
                        row ->
                            new Manifest(
                                number(row[0]),
                                (String) row[1],
                                (String) row[2],
                                (Boolean) row[3],
                                row[4] == null ? null : Math.toIntExact(number(row[4]))))
                    .toList());
  }

  private static Uni<List<Child>> children(StatelessSession session, long repository) {
    return rows(
            session,
            """
            select m.digest, f.digest from manifest m join manifest_reference f
              on f.manifest_id = m.id and f.kind = 'manifest'
            where m.repository_id = :repository""",
            repository)
        .map(
            rows -> rows.stream().map(row -> new Child((String) row[0], (String) row[1])).toList());
  }

  private static Uni<List<Delta>> deltas(StatelessSession session, long repository) {
    return rows(
            session,
            """
            select source_digest, target_digest, artifact_digest from delta
            where repository_id = :repository""",
            repository)
        .map(
            rows ->
                rows.stream()
                    .map(row -> new Delta((String) row[0], (String) row[1], (String) row[2]))
                    .toList());
  }

  private static Uni<List<Object[]>> rows(StatelessSession session, String sql, long repository) {
    return session
        .createNativeQuery(sql, Object[].class)
        .setParameter("repository", repository)
        .getResultList();
  }

  private static long number(Object value) {
    return ((Number) value).longValue();
  }

  /** Removes those of the tags that were not pushed again since they were read. */
  public Uni<Integer> deleteTags(StatelessSession session, List<Tag> tags) {
    return session
        .createNativeQuery(
            """
            delete from tag t
            using unnest(cast(:ids as bigint[]), cast(:moved as bigint[])) as k(id, moved)
            where t.id = k.id and k.moved =\s"""
                + MICROS)
        .setParameter("ids", tags.stream().map(Tag::id).toArray(Long[]::new))
        .setParameter("moved", tags.stream().map(Tag::movedMicros).toArray(Long[]::new))
        .executeUpdate();
  }

  /** Removes those of the manifests that have no tag, no index and no lease now. */
  public Uni<Tally> deleteManifests(StatelessSession session, List<Manifest> dead) {
    return manifests.delete(session, dead.stream().map(Manifest::id).toArray(Long[]::new));
  }
}
