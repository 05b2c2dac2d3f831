package io.deltaport.meta;

import io.deltaport.meta.ScrubFindings.Damage;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.hibernate.reactive.mutiny.Mutiny.StatelessSession;

/** Walks over the rows that files or other rows must stand behind. Thread-safe. */
@ApplicationScoped
public class ScrubRows {

  /** The tables with one file behind each row. */
  public enum FileTable {
    BLOB("select digest, size_bytes, damaged_at is not null, raw from blob", "digest"),
    PACK("select id, size_bytes, damaged_at is not null, true from pack", "id"),
    RECIPE("select diff_id, size_bytes, false, true from recipe", "diff_id"),
    BLOB_RECIPE("select digest, size_bytes, false, true from blob_recipe", "digest");

    private final String select;
    private final String key;

    FileTable(String select, String key) {
      this.select = select;
      this.key = key;
    }
  }

  /**
   * A row with a file behind it.
   *
   * @param name a digest; of a pack its 64 digits
   * @param damaged whether it is known to be damaged
   * @param raw false for a blob whose file is not there, as it can be made again
   */
  public record FileRow(String name, long sizeBytes, boolean damaged, boolean raw) {}

  /** A manifest without its bytes. */
  public record ManifestRow(long id, String repository, String digest, boolean damaged) {}

  /** Rows that name another one which is not there: each gives name, repository and detail. */
  private static final List<String> DANGLING =
      List.of(
          """
          select 'reference', f.digest, r.name, 'manifest ' || m.digest || ' names a '
            || case when f.kind = 'blob' then 'blob' else 'manifest' end
            || ' that the repository does not have'
          from manifest_reference f join manifest m on m.id = f.manifest_id
          join repository r on r.id = m.repository_id
          where case when f.kind = 'blob' then not exists (
              select 1 from repository_blob l
              where l.repository_id = m.repository_id and l.digest = f.digest)
            else not exists (
              select 1 from manifest c
              where c.repository_id = m.repository_id and c.digest = f.digest) end""",
          """
          select 'link', l.digest, coalesce(r.name, ''), 'a repository links to a blob without a row'
          from repository_blob l left join repository r on r.id = l.repository_id
          where not exists (select 1 from blob b where b.digest = l.digest)""",
          """
          select 'tag', t.name, coalesce(r.name, ''), 'a tag points at a manifest without a row'
          from tag t left join repository r on r.id = t.repository_id
          where not exists (select 1 from manifest m where m.id = t.manifest_id)""",
          """
          select 'layer', l.digest, '', 'a layer has the recipe ' || l.diff_id || ', without a row'
          from layer l where l.diff_id is not null
            and not exists (select 1 from recipe r where r.diff_id = l.diff_id)""",
          """
          select distinct 'pack', o.pack_id, '', 'objects lie in a pack without a row' from object o
          where not exists (select 1 from pack p where p.id = o.pack_id)""");

  /** Returns at most {@code limit} rows after {@code last} in the order of their names. */
  public Uni<List<FileRow>> files(
      StatelessSession session, FileTable table, String last, int limit) {
    return session
        .createNativeQuery(
            table.select + " where " + table.key + " > :last order by " + table.key, Object[].class)
        .setParameter("last", last)
        .setMaxResults(limit)
        .getResultList()
        .map(rows -> rows.stream().map(ScrubRows::fileRow).toList());
  }

  /** Returns the row, or null. */
  public Uni<FileRow> file(StatelessSession session, FileTable table, String name) {
    return session
        .createNativeQuery(table.select + " where " + table.key + " = :name", Object[].class)
        .setParameter("name", name)
        .getSingleResultOrNull()
        .map(row -> row == null ? null : fileRow(row));
  }

  /** Returns those of {@code names} that have a row. */
  public Uni<Set<String>> known(
      StatelessSession session, FileTable table, Collection<String> names) {
    if (names.isEmpty()) {
      return Uni.createFrom().item(Set.of());
    }
    return session
        .createNativeQuery(table.select + " where " + table.key + " in (:names)", Object[].class)
        .setParameter("names", List.copyOf(names))
        .getResultList()
        .map(
            rows -> {
              Set<String> known = new HashSet<>();
              rows.forEach(row -> known.add((String) row[0]));
              return known;
            });
  }

  /** Returns at most {@code limit} manifests after {@code last} in the order of their numbers. */
  public Uni<List<ManifestRow>> manifests(StatelessSession session, long last, int limit) {
    return session
        .createNativeQuery(
            """
            select m.id, r.name, m.digest, m.damaged_at is not null
            from manifest m join repository r on r.id = m.repository_id
            where m.id > :last order by m.id""",
            Object[].class)
        .setParameter("last", last)
        .setMaxResults(limit)
        .getResultList()
        .map(rows -> rows.stream().map(ScrubRows::manifestRow).toList());
  }

  /** Returns the rows of a manifest in all repositories. */
  public Uni<List<ManifestRow>> manifests(StatelessSession session, String digest) {
    return session
        .createNativeQuery(
            """
            select m.id, r.name, m.digest, m.damaged_at is not null
            from manifest m join repository r on r.id = m.repository_id
            where m.digest = :digest order by m.id""",
            Object[].class)
        .setParameter("digest", digest)
        .getResultList()
        .map(rows -> rows.stream().map(ScrubRows::manifestRow).toList());
  }

  /** Returns the manifest with its bytes, or null. */
  public Uni<ManifestEntity> manifest(StatelessSession session, long id) {
    return session.get(ManifestEntity.class, id);
  }

  /** Returns at most {@code limit} rows of each kind that name another which is not there. */
  public Uni<List<Damage>> dangling(StatelessSession session, int limit) {
    Uni<List<Damage>> all = Uni.createFrom().item(List.of());
    for (String query : DANGLING) {
      all =
          all.flatMap(
              before ->
                  session
                      .createNativeQuery(query, Object[].class)
                      .setMaxResults(limit)
                      .getResultList()
                      .map(rows -> joined(before, rows)));
    }
    return all;
  }

  private static List<Damage> joined(List<Damage> before, List<Object[]> rows) {
    List<Damage> all = new java.util.ArrayList<>(before);
    for (Object[] row : rows) {
      all.add(
          new Damage(
              (String) row[0], (String) row[1], (String) row[2], "dangling", (String) row[3]));
    }
    return all;
  }

  private static FileRow fileRow(Object[] row) {
    return new FileRow(
        (String) row[0], ((Number) row[1]).longValue(), (Boolean) row[2], (Boolean) row[3]);
  }

  private static ManifestRow manifestRow(Object[] row) {
    return new ManifestRow(
        ((Number) row[0]).longValue(), (String) row[1], (String) row[2], (Boolean) row[3]);
  }
}
