package io.deltaport.meta;

import io.deltaport.ostree.Checksum;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.hibernate.reactive.mutiny.Mutiny.StatelessSession;

/** Queries on which image a tag led to before it led to another one. Thread-safe. */
@ApplicationScoped
public class FormerImages {
  /** Images in a row without a commit that are looked past: each is replaced before it has one. */
  private static final int ROW_MAX = 100;

  /**
   * The images before some others, by each of their refs, back to the first that has a commit. What
   * came before an image without one is what came first, so that there is no circle.
   */
  private static final String LINE =
      """
      with recursive line (manifest_id, ref, depth, commit_id) as (
        select f.former_id, f.former_ref, 1, %2$s from former_image f
        where %1$s
        union
        select f.former_id, f.former_ref, l.depth + 1, %2$s
        from line l join former_image f on f.manifest_id = l.manifest_id and f.ref = l.ref
        where l.depth < :max and l.commit_id is null
      )
      """;

  /** Each by itself: joined with the view, PostgreSQL would look at the commits of all images. */
  private static final String COMMIT =
      "(select min(c.commit_id) from image_commit c where c.manifest_id = f.former_id)";

  private static final String BEFORE_MANIFEST = LINE.formatted("f.manifest_id = :manifest", COMMIT);

  private static final String BEFORE_COMMIT =
      LINE.formatted(
          """
          f.ref = :ref and f.manifest_id in (
            select manifest_id from image_commit where commit_id = :commit)""",
          COMMIT);

  /**
   * An image that takes the place of another one.
   *
   * @param digest of the image
   * @param ref leads to it now
   * @param former digest of the image before
   * @param formerRef led to that one
   */
  public record Succession(String digest, String ref, String former, String formerRef) {}

  /**
   * Notes what came before images. An image that never had a commit keeps what came before it when
   * a ref led to it first: it was there before those that took its place.
   */
  public Uni<Integer> record(
      StatelessSession session, long repositoryId, List<Succession> successions) {
    if (successions.isEmpty()) {
      return Uni.createFrom().item(0);
    }
    // Whoever deletes one of the images at this moment may wait for the tag: do not wait for them.
    return session
        .createNativeQuery(
            """
            insert into former_image (manifest_id, ref, former_id, former_ref)
            select m.id, s.ref, f.id, s.former_ref
            from unnest(cast(:digests as text[]), cast(:refs as text[]), cast(:formers as text[]),
              cast(:formerRefs as text[])) as s (digest, ref, former, former_ref)
            join manifest m on m.repository_id = :repository and m.digest = s.digest and m.image
            join manifest f on f.repository_id = :repository and f.digest = s.former and f.image
            where exists (select 1 from image_commit c where c.manifest_id = m.id)
              or not exists (
                select 1 from former_image o where o.former_id = m.id and o.former_ref = s.ref)
            for key share of m, f skip locked
            on conflict (manifest_id, ref) do update
            set former_id = excluded.former_id, former_ref = excluded.former_ref
            where exists (
              select 1 from image_commit c where c.manifest_id = excluded.manifest_id)""")
        .setParameter("repository", repositoryId)
        .setParameter("digests", texts(successions, Succession::digest))
        .setParameter("refs", texts(successions, Succession::ref))
        .setParameter("formers", texts(successions, Succession::former))
        .setParameter("formerRefs", texts(successions, Succession::formerRef))
        .executeUpdate();
  }

  private static String[] texts(List<Succession> successions, Function<Succession, String> which) {
    return successions.stream().map(which).toArray(String[]::new);
  }

  /**
   * Returns the digests of the images before an image that have neither a commit nor a reason why
   * not, and on which no work has failed for good; the oldest is first.
   */
  public Uni<List<String>> missing(StatelessSession session, long manifestId) {
    return session
        .createNativeQuery(
            BEFORE_MANIFEST
                + """
                select m.digest from line l join manifest m on m.id = l.manifest_id
                join repository r on r.id = m.repository_id
                left join image_tree i on i.manifest_digest = m.digest
                where l.commit_id is null and i.reason is null and m.id <> :manifest
                  and coalesce((
                    select bool_or(j.state in ('queued', 'running')) from job j
                    where j.kind = 'absorb' and j.repository = r.name and j.target = m.digest
                      and j.state in ('queued', 'running', 'failed')), true)
                group by m.id, m.digest order by max(l.depth) desc, m.id""",
            String.class)
        .setParameter("manifest", manifestId)
        .setParameter("max", ROW_MAX)
        .getResultList();
  }

  /** Returns the commit of the image before an image; of several that was pushed last. */
  public Uni<Optional<Checksum>> commit(StatelessSession session, long manifestId) {
    return session
        .createNativeQuery(
            BEFORE_MANIFEST
                + """
                select encode(c.checksum, 'hex') from line l
                join ostree_commit c on c.id = l.commit_id
                order by l.manifest_id desc, l.depth limit 1""",
            String.class)
        .setParameter("manifest", manifestId)
        .setParameter("max", ROW_MAX)
        .getSingleResultOrNull()
        .map(hex -> Optional.ofNullable(hex).map(Checksum::parse));
  }

  /**
   * Returns the row of the commit of the image that a ref's tag led to before the image of a
   * commit; null when there was none.
   */
  public Uni<Long> before(StatelessSession session, long commitId, String ref) {
    return session
        .createNativeQuery(
            BEFORE_COMMIT
                + """
                select commit_id from line where commit_id <> :commit
                order by depth, manifest_id desc limit 1""",
            Long.class)
        .setParameter("commit", commitId)
        .setParameter("ref", ref)
        .setParameter("max", ROW_MAX)
        .getSingleResultOrNull();
  }

  /**
   * Returns the digest of the image whose place an image took, by a ref if one of this name leads
   * to it, else by any; null when there is none.
   */
  public Uni<String> replaced(StatelessSession session, long manifestId, String ref) {
    return session
        .createNativeQuery(
            """
            select m.digest from former_image f join manifest m on m.id = f.former_id
            where f.manifest_id = :manifest
            order by f.ref = :ref desc, f.former_id desc limit 1""",
            String.class)
        .setParameter("manifest", manifestId)
        .setParameter("ref", ref)
        .getSingleResultOrNull();
  }

  /** Returns the digest of the image that was pushed last before one in its repository, or null. */
  public Uni<String> pushedBefore(StatelessSession session, long manifestId) {
    return session
        .createNativeQuery(
            """
            select b.digest from manifest m
            join manifest b on b.repository_id = m.repository_id and b.image and b.id < m.id
            where m.id = :manifest order by b.id desc limit 1""",
            String.class)
        .setParameter("manifest", manifestId)
        .getSingleResultOrNull();
  }

  /** Returns some of the refs that led to an image until another one took its place. */
  public Uni<List<String>> refs(StatelessSession session, long manifestId, int limit) {
    return session
        .createNativeQuery(
            """
            select distinct former_ref from former_image where former_id = :manifest
            order by former_ref limit :limit""",
            String.class)
        .setParameter("manifest", manifestId)
        .setParameter("limit", (long) limit)
        .getResultList();
  }
}
