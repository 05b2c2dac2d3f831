package io.deltaport.meta;

import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.hibernate.reactive.mutiny.Mutiny.StatelessSession;

/**
 * What is stored and what it would take as plain blobs, added up now and then. Thread-safe.
 *
 * <p>Measuring reads the rows of all manifests and blobs, never those of objects; asking reads what
 * was measured.
 */
@ApplicationScoped
public class StorageStats {
  /**
   * Sums over the whole store, in bytes unless they are counted things.
   *
   * @param imageBytes what tagged images take, each whole
   * @param blobBytes what their blobs take, each once: what a registry keeps that stores them as
   *     they came
   * @param rawBlobs blobs that are kept as they came, those of deltas too
   * @param deltaBytes the part of {@code rawBytes} that deltas take
   * @param deadBytes the part of {@code packBytes} that nothing needs, as far as is known
   * @param databaseBytes of PostgreSQL, with its log of changes when it is the server's own
   */
  public record Totals(
      Instant measuredAt,
      long tags,
      long images,
      long imageBytes,
      long blobBytes,
      long rawBlobs,
      long rawBytes,
      long deltaBytes,
      long packs,
      long packBytes,
      long deadBytes,
      long recipeBytes,
      long databaseBytes) {}

  /** What the tags of a repository lead to; the sums are as those of {@link Totals}. */
  public record RepositoryTotals(
      String name, Instant measuredAt, long tags, long images, long imageBytes, long blobBytes) {}

  /** Manifests that tags lead to, and those that the indexes among them name. */
  private static final String REACHED =
      """
      with recursive reached (repository_id, manifest_id) as (
        select t.repository_id, t.manifest_id from tag t
        union
        select r.repository_id, c.id
        from reached r
        join manifest_reference f on f.manifest_id = r.manifest_id and f.kind = 'manifest'
        join manifest c on c.repository_id = r.repository_id and c.digest = f.digest
      ), named as (
        select r.repository_id, f.digest, b.size_bytes
        from reached r
        join manifest_reference f on f.manifest_id = r.manifest_id and f.kind = 'blob'
        join blob b on b.digest = f.digest
        union all
        select r.repository_id, m.digest, octet_length(m.content)
        from reached r join manifest m on m.id = r.manifest_id
      )
      """;

  private static final String REPOSITORIES =
      REACHED
          + """
          , whole as (
            select repository_id, sum(size_bytes) as bytes from named group by repository_id
          ), once as (
            select repository_id, sum(size_bytes) as bytes
            from (select distinct repository_id, digest, size_bytes from named) as each
            group by repository_id
          ), images as (
            select r.repository_id, count(*) filter (where m.image) as images
            from reached r join manifest m on m.id = r.manifest_id group by r.repository_id
          ), tags as (
            select repository_id, count(*) as tags from tag group by repository_id
          )
          insert into repository_stats
          select r.id, now(), coalesce(t.tags, 0), coalesce(i.images, 0), coalesce(w.bytes, 0),
            coalesce(o.bytes, 0)
          from repository r
          left join tags t on t.repository_id = r.id
          left join images i on i.repository_id = r.id
          left join whole w on w.repository_id = r.id
          left join once o on o.repository_id = r.id
          on conflict (repository_id) do update set measured_at = excluded.measured_at,
            tags = excluded.tags, images = excluded.images, image_bytes = excluded.image_bytes,
            blob_bytes = excluded.blob_bytes""";

  private static final String TOTALS =
      REACHED
          + """
          insert into storage_stats
          select true, now(), :cost,
            (select count(*) from tag),
            (select coalesce(sum(images), 0) from repository_stats),
            (select coalesce(sum(image_bytes), 0) from repository_stats),
            (select coalesce(sum(size_bytes), 0)
              from (select distinct digest, size_bytes from named) as each),
            (select count(*) from blob where raw and damaged_at is null),
            (select coalesce(sum(size_bytes), 0) from blob where raw and damaged_at is null),
            (select coalesce(sum(size_bytes), 0) from delta)
              + (select coalesce(sum(size_bytes), 0) from static_delta),
            (select count(*) from pack),
            (select coalesce(sum(size_bytes), 0) from pack),
            (select coalesce(sum(dead_bytes), 0) from pack),
            (select coalesce(sum(size_bytes), 0) from recipe)
              + (select coalesce(sum(size_bytes), 0) from blob_recipe),
            :database
          on conflict (only_row) do update set measured_at = excluded.measured_at,
            cost_millis = excluded.cost_millis, tags = excluded.tags, images = excluded.images,
            image_bytes = excluded.image_bytes, blob_bytes = excluded.blob_bytes,
            raw_blobs = excluded.raw_blobs, raw_bytes = excluded.raw_bytes,
            delta_bytes = excluded.delta_bytes, packs = excluded.packs,
            pack_bytes = excluded.pack_bytes, dead_bytes = excluded.dead_bytes,
            recipe_bytes = excluded.recipe_bytes, database_bytes = excluded.database_bytes""";

  /**
   * Says whether it is time to measure: the interval is over, and what measuring took last is a
   * twentieth at most of the time since.
   */
  public Uni<Boolean> isDue(StatelessSession session, Duration interval) {
    return session
        .createNativeQuery(
            """
            select count(*) from storage_stats
            where measured_at > now() - greatest(%s, interval '20 milliseconds' * cost_millis)"""
                .formatted(Sql.interval(interval)),
            Long.class)
        .getSingleResult()
        .map(count -> count == 0);
  }

  /** Adds up each repository. */
  public Uni<Integer> measureRepositories(StatelessSession session) {
    return session.createNativeQuery(REPOSITORIES).executeUpdate();
  }

  /**
   * Adds up everything; the repositories first.
   *
   * @param costMillis what measuring took so far
   */
  public Uni<Integer> measure(StatelessSession session, long costMillis, long databaseBytes) {
    return session
        .createNativeQuery(TOTALS)
        .setParameter("cost", costMillis)
        .setParameter("database", databaseBytes)
        .executeUpdate();
  }

  /** Returns what this database takes on its disk, without the log of changes. */
  public Uni<Long> databaseBytes(StatelessSession session) {
    return session
        .createNativeQuery("select pg_database_size(current_database())", Long.class)
        .getSingleResult();
  }

  /** Returns what all of PostgreSQL takes on its disk; only who owns it may ask. */
  public Uni<Long> clusterBytes(StatelessSession session) {
    return session
        .createNativeQuery(
            """
            select cast(coalesce((select sum(size) from pg_ls_waldir()), 0)
              + (select sum(pg_database_size(oid)) from pg_database) as bigint)""",
            Long.class)
        .getSingleResult();
  }

  /** Returns what was measured last, or null. */
  public Uni<Totals> totals(StatelessSession session) {
    return session
        .createNativeQuery(
            """
            select measured_at, tags, images, image_bytes, blob_bytes, raw_blobs, raw_bytes,
              delta_bytes, packs, pack_bytes, dead_bytes, recipe_bytes, database_bytes
            from storage_stats""",
            Object[].class)
        .getSingleResultOrNull()
        .map(
            row ->
                row == null
                    ? null
                    : new Totals(
                        Instants.of(row[0]),
                        number(row[1]),
                        number(row[2]),
                        number(row[3]),
                        number(row[4]),
                        number(row[5]),
                        number(row[6]),
                        number(row[7]),
                        number(row[8]),
                        number(row[9]),
                        number(row[10]),
                        number(row[11]),
                        number(row[12])));
  }

  /**
   * Returns at most {@code limit} repositories after {@code last} in the order of their names, or
   * the one of a name that is not empty.
   */
  public Uni<List<RepositoryTotals>> repositories(
      StatelessSession session, String name, String last, int limit) {
    return session
        .createNativeQuery(
            """
            select r.name, s.measured_at, s.tags, s.images, s.image_bytes, s.blob_bytes
            from repository r join repository_stats s on s.repository_id = r.id
            where (:name = '' or r.name = :name)
              and r.name > cast(:last as text) collate "C"
            order by r.name""",
            Object[].class)
        .setParameter("name", name)
        .setParameter("last", last)
        .setMaxResults(limit)
        .getResultList()
        .map(
            rows ->
                rows.stream()
                    .map(
                        row ->
                            new RepositoryTotals(
                                (String) row[0],
                                Instants.of(row[1]),
                                number(row[2]),
                                number(row[3]),
                                number(row[4]),
                                number(row[5])))
                    .toList());
  }

  private static long number(Object value) {
    return ((Number) value).longValue();
  }
}
