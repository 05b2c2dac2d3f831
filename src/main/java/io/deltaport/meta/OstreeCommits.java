package io.deltaport.meta;

import io.deltaport.ostree.Checksum;
import io.deltaport.ostree.Commit;
import io.deltaport.ostree.OstreeFormatException;
import io.deltaport.util.Hex;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
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
   * Returns the commit that a new commit of an image follows: the one at which a ref of the image's
   * tags still is, the last one that moved; null when there is none.
   */
  public Uni<Checksum> parent(StatelessSession session, long repositoryId, long manifestId) {
    return session
        .createNativeQuery(
            """
            select encode(c.checksum, 'hex') from ostree_ref r
            join ostree_commit c on c.id = r.commit_id
            where r.repository_id = :repository
              and c.manifest_id is distinct from :manifest
              and exists (select 1 from (%s) as t where r.tag_id = t.id or r.name = t.name)
            order by r.moved_at desc, r.id desc limit 1"""
                .formatted(TAGS_OF_IMAGE),
            String.class)
        .setParameter("repository", repositoryId)
        .setParameter("manifest", manifestId)
        .getSingleResultOrNull()
        .map(hex -> hex == null ? null : Checksum.parse(hex));
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
