package io.deltaport.meta;

import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import org.hibernate.reactive.mutiny.Mutiny.StatelessSession;

/** Queries on OSTree refs, which follow tags as soon as their images have commits. Thread-safe. */
@ApplicationScoped
public class OstreeRefs {

  /**
   * Where a ref should be.
   *
   * @param tagId the tag that it follows
   * @param commitId row of the commit
   */
  public record Target(long repositoryId, String name, long tagId, long commitId) {}

  /**
   * A ref that moved.
   *
   * @param from row of the commit where it was; null when it is new
   * @param to row of the commit where it is
   */
  public record Move(long repositoryId, String name, Long from, long to) {}

  /**
   * An index under a tag some of whose images have commits to which no ref of the tag leads, or
   * with refs to images that it does not have.
   *
   * @param content the index, verbatim
   */
  public record TaggedIndex(
      long repositoryId, long tagId, String tag, String mediaType, byte[] content) {}

  /**
   * Returns some tags of images with commits to which no ref leads; null means all repositories.
   */
  public Uni<List<Target>> behind(StatelessSession session, Long repositoryId, int limit) {
    return session
        .createNativeQuery(
            """
            select t.repository_id, t.name, t.id, c.commit_id from tag t
            join image_commit c on c.manifest_id = t.manifest_id
            where (cast(:repository as bigint) is null or t.repository_id = :repository)
              and not exists (select 1 from ostree_ref r
                where r.tag_id = t.id and r.name = t.name and r.commit_id = c.commit_id)
            order by t.id limit :limit""",
            Object[].class)
        .setParameter("repository", repositoryId)
        .setParameter("limit", (long) limit)
        .getResultList()
        .map(
            rows ->
                rows.stream()
                    .map(
                        row ->
                            new Target(
                                number(row[0]), (String) row[1], number(row[2]), number(row[3])))
                    .toList());
  }

  /**
   * Returns some tagged indexes whose refs are behind; null means all repositories. Those with
   * several images for one platform, or with images for none, always are.
   *
   * @param after only tags with larger numbers, in the order of these
   */
  public Uni<List<TaggedIndex>> indexesBehind(
      StatelessSession session, Long repositoryId, long after, int limit) {
    return session
        .createNativeQuery(
            """
            select t.repository_id, t.id, t.name, p.media_type, p.content from tag t
            join manifest p on p.id = t.manifest_id
            where (cast(:repository as bigint) is null or t.repository_id = :repository)
              and not p.image and t.id > :after
              and exists (
                select 1 from manifest_reference f
                join manifest m on m.digest = f.digest and m.repository_id = p.repository_id
                join image_commit c on c.manifest_id = m.id
                where f.manifest_id = p.id and f.kind = 'manifest'
                  and (
                    not exists (select 1 from ostree_ref r
                      where r.tag_id = t.id and r.commit_id = c.commit_id)
                    or exists (select 1 from ostree_ref r
                      where r.tag_id = t.id and not exists (
                        select 1 from manifest_reference g
                        join manifest h on h.digest = g.digest
                          and h.repository_id = p.repository_id
                        join image_commit o on o.manifest_id = h.id
                        where g.manifest_id = p.id and o.commit_id = r.commit_id))))
            order by t.id limit :limit""",
            Object[].class)
        .setParameter("repository", repositoryId)
        .setParameter("after", after)
        .setParameter("limit", (long) limit)
        .getResultList()
        .map(rows -> rows.stream().map(OstreeRefs::taggedIndex).toList());
  }

  /** Returns the name of a repository. */
  public Uni<String> repository(StatelessSession session, long repositoryId) {
    return session
        .createNativeQuery("select name from repository where id = :repository", String.class)
        .setParameter("repository", repositoryId)
        .getSingleResult();
  }

  /** Returns the names of some tags of an image, in their order. */
  public Uni<List<String>> tags(
      StatelessSession session, long repositoryId, long manifestId, int limit) {
    return session
        .createNativeQuery(
            """
            select name from tag where repository_id = :repository and manifest_id = :manifest
            order by name limit :limit""",
            String.class)
        .setParameter("repository", repositoryId)
        .setParameter("manifest", manifestId)
        .setParameter("limit", (long) limit)
        .getResultList();
  }

  /** Returns some tagged indexes that have an image, those whose tags came last. */
  public Uni<List<TaggedIndex>> indexes(
      StatelessSession session, long repositoryId, String digest, int limit) {
    return session
        .createNativeQuery(
            """
            select t.repository_id, t.id, t.name, p.media_type, p.content from tag t
            join manifest p on p.id = t.manifest_id
            where t.repository_id = :repository and not p.image
              and exists (select 1 from manifest_reference f
                where f.manifest_id = p.id and f.kind = 'manifest' and f.digest = :digest)
            order by t.id desc limit :limit""",
            Object[].class)
        .setParameter("repository", repositoryId)
        .setParameter("digest", digest)
        .setParameter("limit", (long) limit)
        .getResultList()
        .map(rows -> rows.stream().map(OstreeRefs::taggedIndex).toList());
  }

  private static TaggedIndex taggedIndex(Object[] row) {
    return new TaggedIndex(
        number(row[0]), number(row[1]), (String) row[2], (String) row[3], (byte[]) row[4]);
  }

  /** Returns the row of the commit of an image, or null. */
  public Uni<Long> commitOf(StatelessSession session, long repositoryId, String digest) {
    return session
        .createNativeQuery(
            """
            select c.commit_id from image_commit c join manifest m on m.id = c.manifest_id
            where c.repository_id = :repository and m.digest = :digest""",
            Long.class)
        .setParameter("repository", repositoryId)
        .setParameter("digest", digest)
        .getSingleResultOrNull();
  }

  /** Moves a ref and gives what it did; null when the tag or commit is gone, or it was there. */
  public Uni<Move> move(StatelessSession session, Target target) {
    return session
        .createNativeQuery(
            """
            select commit_id from ostree_ref
            where repository_id = :repository and name = :name for update""",
            Long.class)
        .setParameter("repository", target.repositoryId())
        .setParameter("name", target.name())
        .getSingleResultOrNull()
        .flatMap(
            before ->
                upsert(session, target)
                    .map(
                        count ->
                            count == 0 || Long.valueOf(target.commitId()).equals(before)
                                ? null
                                : new Move(
                                    target.repositoryId(),
                                    target.name(),
                                    before,
                                    target.commitId())));
  }

  private static Uni<Integer> upsert(StatelessSession session, Target target) {
    return session
        .createNativeQuery(
            """
            insert into ostree_ref (repository_id, name, commit_id, tag_id)
            select :repository, :name, c.id, t.id from ostree_commit c, tag t
            where c.id = :commit and t.id = :tag
            on conflict (repository_id, name) do update
            set commit_id = excluded.commit_id, tag_id = excluded.tag_id, moved_at = now()
            where ostree_ref.commit_id <> excluded.commit_id
              or ostree_ref.tag_id is distinct from excluded.tag_id""")
        .setParameter("repository", target.repositoryId())
        .setParameter("name", target.name())
        .setParameter("commit", target.commitId())
        .setParameter("tag", target.tagId())
        .executeUpdate();
  }

  /**
   * Removes the refs of a tag that are not among {@code names}: its image is of another kind now.
   */
  public Uni<Integer> keepOnly(StatelessSession session, long tagId, List<String> names) {
    return session
        .createNativeQuery(
            "delete from ostree_ref where tag_id = :tag and name <> all(cast(:names as text[]))")
        .setParameter("tag", tagId)
        .setParameter("names", names.toArray(String[]::new))
        .executeUpdate();
  }

  private static long number(Object value) {
    return ((Number) value).longValue();
  }
}
