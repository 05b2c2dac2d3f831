package io.deltaport.meta;

import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import org.hibernate.reactive.mutiny.Mutiny.StatelessSession;

/** Queries on releases from which deltas may start. Thread-safe. */
@ApplicationScoped
public class DeltaSources {
  /** Since when pulls count. */
  private static final String RECENT =
      "p.day > cast(now() at time zone 'utc' as date) - cast(:days as int)";

  /** What a tag or ref leads to: the digest of a manifest, or the row of a commit. */
  public record Named<T>(String name, T target) {}

  /**
   * Returns the digests of images that a ref's tag led to before one of them, the latest first.
   *
   * @param digest of an image to which the ref led
   * @param ref as {@link FormerImages} has it
   */
  public Uni<List<String>> before(
      StatelessSession session, long repositoryId, String digest, String ref, int limit) {
    return session
        .createNativeQuery(
            """
            with recursive line (manifest_id, ref, depth) as (
              select f.former_id, f.former_ref, 1
              from former_image f join manifest m on m.id = f.manifest_id
              where m.repository_id = :repository and m.digest = :digest and f.ref = :ref
              union
              select f.former_id, f.former_ref, l.depth + 1
              from line l join former_image f on f.manifest_id = l.manifest_id and f.ref = l.ref
              where l.depth < :limit
            )
            select m.digest from line l join manifest m on m.id = l.manifest_id
            where m.digest <> :digest group by m.digest order by min(l.depth), m.digest""",
            String.class)
        .setParameter("repository", repositoryId)
        .setParameter("digest", digest)
        .setParameter("ref", ref)
        .setParameter("limit", limit)
        .setMaxResults(limit)
        .getResultList();
  }

  /** Returns tags of a repository and the digests where they are, those that moved last first. */
  public Uni<List<Named<String>>> tags(StatelessSession session, long repositoryId, int limit) {
    return session
        .createNativeQuery(
            """
            select t.name, m.digest from tag t join manifest m on m.id = t.manifest_id
            where t.repository_id = :repository order by t.updated_at desc, t.name""",
            Object[].class)
        .setParameter("repository", repositoryId)
        .setMaxResults(limit)
        .getResultList()
        .map(
            rows ->
                rows.stream().map(row -> new Named<>((String) row[0], (String) row[1])).toList());
  }

  /**
   * Returns the digests of manifests that devices pulled most in the last days.
   *
   * @param image true for images, false for indexes
   */
  public Uni<List<String>> pulled(
      StatelessSession session, long repositoryId, boolean image, int days, int limit) {
    return session
        .createNativeQuery(
            """
            select m.digest from manifest_pull p
            join manifest m on m.repository_id = p.repository_id and m.digest = p.digest
            where p.repository_id = :repository and m.image = :image
              and (m.image or m.config_digest is null) and %s
            group by m.digest order by sum(p.pulls) desc, m.digest"""
                .formatted(RECENT),
            String.class)
        .setParameter("repository", repositoryId)
        .setParameter("image", image)
        .setParameter("days", days)
        .setMaxResults(limit)
        .getResultList();
  }

  /** Returns refs of a repository and the rows of their commits, those that moved last first. */
  public Uni<List<Named<Long>>> refs(StatelessSession session, long repositoryId, int limit) {
    return session
        .createNativeQuery(
            """
            select name, commit_id from ostree_ref where repository_id = :repository
            order by moved_at desc, name""",
            Object[].class)
        .setParameter("repository", repositoryId)
        .setMaxResults(limit)
        .getResultList()
        .map(
            rows ->
                rows.stream()
                    .map(row -> new Named<>((String) row[0], ((Number) row[1]).longValue()))
                    .toList());
  }

  /** Returns the rows of commits of images that devices pulled most in the last days. */
  public Uni<List<Long>> pulledCommits(
      StatelessSession session, long repositoryId, int days, int limit) {
    return session
        .createNativeQuery(
            """
            select c.commit_id from manifest_pull p
            join manifest m on m.repository_id = p.repository_id and m.digest = p.digest
            join image_commit c on c.manifest_id = m.id
            where p.repository_id = :repository and %s
            group by c.commit_id order by sum(p.pulls) desc, c.commit_id"""
                .formatted(RECENT),
            Long.class)
        .setParameter("repository", repositoryId)
        .setParameter("days", days)
        .setMaxResults(limit)
        .getResultList();
  }
}
