package io.deltaport.meta;

import io.deltaport.ostree.Checksum;
import io.deltaport.ostree.Commit;
import io.deltaport.ostree.OstreeFormatException;
import io.deltaport.util.Hex;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import org.hibernate.reactive.mutiny.Mutiny.StatelessSession;

/** Queries on the OSTree commits that repositories offer. Thread-safe. */
@ApplicationScoped
public class OstreeCommits {
  /** Selects those tags whose image, or an image of whose index, is {@code :manifest}. */
  private static final String TAGS_OF_IMAGE =
      """
      select t.id, t.name from tag t where t.repository_id = :repository and t.manifest_id in (
        select m.id from manifest m where m.id = :manifest
        union
        select p.id from manifest p join manifest_reference f
          on f.manifest_id = p.id and f.kind = 'manifest'
        join manifest m on m.digest = f.digest and m.id = :manifest
        where p.repository_id = :repository)""";

  /**
   * A ref where a new commit of an image may go.
   *
   * @param ofTag whether a tag has this very name, so that it was at an image rather than an index
   * @param commit where it still is
   */
  public record RefBefore(String name, boolean ofTag, Checksum commit) {}

  /**
   * Returns the refs that belong to the tags of an image or have some names, as far as they are not
   * at the image already; those that moved last are first.
   */
  public Uni<List<RefBefore>> refsBefore(
      StatelessSession session, long repositoryId, long manifestId, Collection<String> names) {
    return session
        .createNativeQuery(
            """
            select r.name, exists (select 1 from (%1$s) as t where t.name = r.name),
              encode(c.checksum, 'hex')
            from ostree_ref r join ostree_commit c on c.id = r.commit_id
            where r.repository_id = :repository
              and c.manifest_id is distinct from :manifest
              and (r.name = any(cast(:names as text[]))
                or exists (select 1 from (%1$s) as t where r.tag_id = t.id or r.name = t.name))
            order by r.moved_at desc, r.id desc"""
                .formatted(TAGS_OF_IMAGE),
            Object[].class)
        .setParameter("repository", repositoryId)
        .setParameter("manifest", manifestId)
        .setParameter("names", names.toArray(String[]::new))
        .getResultList()
        .map(
            rows ->
                rows.stream()
                    .map(
                        row ->
                            new RefBefore(
                                (String) row[0], (Boolean) row[1], Checksum.parse((String) row[2])))
                    .toList());
  }

  /**
   * Says whether a tag leads to the image, by itself or by an index, or did so until another image
   * took its place.
   */
  public Uni<Boolean> isReleased(StatelessSession session, long repositoryId, long manifestId) {
    return session
        .createNativeQuery(
            """
            select (select count(*) from (%s) as t)
              + (select count(*) from former_image where former_id = :manifest)"""
                .formatted(TAGS_OF_IMAGE),
            Long.class)
        .setParameter("repository", repositoryId)
        .setParameter("manifest", manifestId)
        .getSingleResult()
        .map(count -> count > 0);
  }

  /** Says whether the repository has a commit of the image. */
  public Uni<Boolean> exists(StatelessSession session, long manifestId) {
    return session
        .createNativeQuery(
            "select count(*) from image_commit where manifest_id = :manifest", Long.class)
        .setParameter("manifest", manifestId)
        .getSingleResult()
        .map(count -> count > 0);
  }

  /**
   * Records the commit of an image, unless the repository has one already.
   *
   * @param content the commit object
   */
  public Uni<Integer> record(
      StatelessSession session, long repositoryId, long manifestId, byte[] content) {
    return session
        .createNativeQuery(
            """
            insert into ostree_commit (repository_id, checksum, content, manifest_id, parent)
            select m.repository_id, decode(:checksum, 'hex'), :content, m.id,
              decode(:parent, 'hex')
            from manifest m
            where m.id = :manifest and m.repository_id = :repository
            on conflict do nothing""")
        .setParameter("repository", repositoryId)
        .setParameter("checksum", Checksum.of(content).hex())
        .setParameter("content", content)
        .setParameter("parent", parentOf(content))
        .setParameter("manifest", manifestId)
        .executeUpdate();
  }

  /** Returns the commit before a commit in hexadecimal, or null. */
  private static String parentOf(byte[] content) {
    try {
      return Commit.decode(content).parent().map(Checksum::hex).orElse(null);
    } catch (OstreeFormatException e) {
      throw new IllegalArgumentException("this is no commit", e);
    }
  }

  /** Gives the commit of an image the detached metadata that came with it; null means none. */
  public Uni<Integer> attach(StatelessSession session, long manifestId, byte[] detached) {
    return session
        .createNativeQuery(
            """
            update ostree_commit set detached = decode(:detached, 'hex')
            where manifest_id = :manifest""")
        .setParameter("detached", detached == null ? null : Hex.encode(detached))
        .setParameter("manifest", manifestId)
        .executeUpdate();
  }

  /** Returns when the manifest was pushed first. */
  public Uni<Instant> pushedAt(StatelessSession session, long manifestId) {
    return session
        .createNativeQuery("select pushed_at from manifest where id = :manifest", Object.class)
        .setParameter("manifest", manifestId)
        .getSingleResult()
        .map(Instants::of);
  }

  /** Returns some tagged images that have neither a commit nor a reason why not. */
  public Uni<List<Object[]>> missing(StatelessSession session, int limit) {
    return session
        .createNativeQuery(
            """
            select distinct r.name, m.digest from manifest m
            join repository r on r.id = m.repository_id
            left join image_tree i on i.manifest_digest = m.digest
            where m.image and i.reason is null
              and not exists (select 1 from image_commit c where c.manifest_id = m.id)
              and exists (
                select 1 from tag t where t.manifest_id = m.id
                union all
                select 1 from manifest_reference f join tag t on t.manifest_id = f.manifest_id
                where f.kind = 'manifest' and f.digest = m.digest
                  and t.repository_id = m.repository_id)
              and not exists (
                select 1 from job j where j.kind = 'absorb' and j.repository = r.name
                  and j.target = m.digest and j.state in ('queued', 'running', 'failed'))
            limit :limit""",
            Object[].class)
        .setParameter("limit", (long) limit)
        .getResultList();
  }
}
