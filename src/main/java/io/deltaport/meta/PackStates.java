package io.deltaport.meta;

import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Collection;
import java.util.List;
import org.hibernate.reactive.mutiny.Mutiny.StatelessSession;

/** Queries on which packs and images there is something to do better for. Thread-safe. */
@ApplicationScoped
public class PackStates {
  /** Images that one image took the place of: more tags than that seldom lead to one. */
  private static final int FORMERS_MAX = 8;

  private static final String SELECT =
      "select id, size_bytes, coalesce(dead_bytes, 0), repacked from pack where damaged_at is null ";

  /**
   * A pack that is not known to be damaged.
   *
   * @param deadBytes stored bytes that nothing needs, as far as they were counted
   * @param repacked whether it is compressed as well as it is going to be
   */
  public record PackState(String id, long sizeBytes, long deadBytes, boolean repacked) {}

  /** An image in one of its repositories. */
  public record Place(String repository, String digest) {}

  /** Returns those of the packs that are there and not damaged. */
  public Uni<List<PackState>> packs(StatelessSession session, Collection<String> ids) {
    return session
        .createNativeQuery(
            SELECT + "and id = any(cast(:ids as text[])) order by id", Object[].class)
        .setParameter("ids", ids.toArray(String[]::new))
        .getResultList()
        .map(PackStates::states);
  }

  /** Returns packs of which so much is dead, those with most of it first. */
  public Uni<List<PackState>> fragmented(
      StatelessSession session, long deadBytesMin, int deadPercentMin, int limit) {
    return session
        .createNativeQuery(
            SELECT
                + """
                and dead_bytes >= :bytes and dead_bytes * 100 >= size_bytes * :percent
                order by dead_bytes desc limit :limit""",
            Object[].class)
        .setParameter("bytes", deadBytesMin)
        .setParameter("percent", (long) deadPercentMin)
        .setParameter("limit", (long) limit)
        .getResultList()
        .map(PackStates::states);
  }

  private static List<PackState> states(List<Object[]> rows) {
    return rows.stream()
        .map(
            row ->
                new PackState(
                    (String) row[0],
                    ((Number) row[1]).longValue(),
                    ((Number) row[2]).longValue(),
                    (Boolean) row[3]))
        .toList();
  }

  /**
   * Says whether repacking can gain anything after an image was absorbed: whether there are packs
   * of some size that it has not seen, or an image that this one took the place of.
   */
  public Uni<Boolean> isWorthIt(StatelessSession session, String digest, long packBytesMin) {
    return session
        .createNativeQuery(
            """
            select exists (select 1 from pack where size_bytes >= :bytes and not repacked)
              or (exists (select 1 from pack where size_bytes >= :bytes) and exists (
                select 1 from former_image i join manifest m on m.id = i.manifest_id
                where m.digest = :digest))""",
            Boolean.class)
        .setParameter("bytes", packBytesMin)
        .setParameter("digest", digest)
        .getSingleResult();
  }

  /** Says whether there are images to look at, or packs of which so much is dead. */
  public Uni<Boolean> hasWork(StatelessSession session, long bytesMin, int deadPercentMin) {
    return session
        .createNativeQuery(
            """
            select exists (select 1 from pack where dead_bytes >= :bytes
                and dead_bytes * 100 >= size_bytes * :percent and damaged_at is null)
              or (exists (select 1 from pack where size_bytes >= :bytes)
                and exists (select 1 from image_tree where not repacked and absorbed))""",
            Boolean.class)
        .setParameter("bytes", bytesMin)
        .setParameter("percent", (long) deadPercentMin)
        .getSingleResult();
  }

  /** Returns the image that was absorbed first of those whose packs were not looked at; or null. */
  public Uni<Place> next(StatelessSession session) {
    return session
        .createNativeQuery(
            """
            select r.name, t.manifest_digest from image_tree t
            join manifest m on m.digest = t.manifest_digest
            join repository r on r.id = m.repository_id
            where not t.repacked and t.absorbed
            order by t.created_at, t.manifest_digest, r.name limit 1""",
            Object[].class)
        .getSingleResultOrNull()
        .map(row -> row == null ? null : place(row));
  }

  /**
   * Returns the absorbed images whose place an image took, in any repository; when no tag tells of
   * one, the image that was pushed to its repository before it, as where each release has a tag of
   * its own.
   */
  public Uni<List<Place>> formers(StatelessSession session, String digest) {
    return session
        .createNativeQuery(
            """
            with taken as (
              select min(r.name) as name, f.digest, max(f.id) as id from former_image i
              join manifest m on m.id = i.manifest_id and m.digest = :digest
              join manifest f on f.id = i.former_id
              join image_tree t on t.manifest_digest = f.digest and t.absorbed
              join repository r on r.id = f.repository_id
              where f.digest <> :digest
              group by f.digest order by max(f.id) desc limit :limit),
            before as (
              select r.name, f.digest, f.id from manifest m
              join manifest f on f.repository_id = m.repository_id and f.id < m.id and f.image
              join image_tree t on t.manifest_digest = f.digest and t.absorbed
              join repository r on r.id = f.repository_id
              where m.digest = :digest and f.digest <> :digest
                and not exists (select 1 from taken)
              order by f.id desc limit 1)
            select name, digest from (
              select * from taken union all select * from before) as formers
            order by id desc""",
            Object[].class)
        .setParameter("digest", digest)
        .setParameter("limit", (long) FORMERS_MAX)
        .getResultList()
        .map(rows -> rows.stream().map(PackStates::place).toList());
  }

  private static Place place(Object[] row) {
    return new Place((String) row[0], (String) row[1]);
  }

  /** Notes that an image's packs were looked at, or have to be. */
  public Uni<Integer> mark(StatelessSession session, String digest, boolean repacked) {
    return session
        .createNativeQuery(
            "update image_tree set repacked = :repacked where manifest_digest = :digest")
        .setParameter("repacked", repacked)
        .setParameter("digest", digest)
        .executeUpdate();
  }
}
