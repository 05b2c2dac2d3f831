package io.deltaport.meta;

import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import org.hibernate.reactive.mutiny.Mutiny.StatelessSession;

/** Queries on tags. Thread-safe. */
@ApplicationScoped
public class Tags {

  /**
   * Points the tag at the manifest and returns the digest that it pointed at before, or null when
   * the tag is new. The tag stays locked until the transaction ends.
   */
  public Uni<String> move(
      StatelessSession session, long repositoryId, String tag, long manifestId) {
    return session
        .createNativeQuery(
            """
            select m.digest from tag t join manifest m on m.id = t.manifest_id
            where t.repository_id = :repository and t.name = :tag for update of t""",
            String.class)
        .setParameter("repository", repositoryId)
        .setParameter("tag", tag)
        .getSingleResultOrNull()
        .call(ignored -> point(session, repositoryId, tag, manifestId));
  }

  private static Uni<Integer> point(
      StatelessSession session, long repositoryId, String tag, long manifestId) {
    return session
        .createNativeQuery(
            """
            insert into tag (repository_id, name, manifest_id)
            values (:repository, :tag, :manifest)
            on conflict (repository_id, name)
            do update set manifest_id = excluded.manifest_id, updated_at = now()""")
        .setParameter("repository", repositoryId)
        .setParameter("tag", tag)
        .setParameter("manifest", manifestId)
        .executeUpdate();
  }

  /** Returns at most {@code limit} tags after {@code last} in lexical order. */
  public Uni<List<String>> list(
      StatelessSession session, String repository, String last, int limit) {
    return session
        .createNativeQuery(
            """
            select t.name from tag t, repository r
            where r.name = :repository and t.repository_id = r.id and t.name > :last
            order by t.name""",
            String.class)
        .setParameter("repository", repository)
        .setParameter("last", last)
        .setMaxResults(limit)
        .getResultList();
  }

  /** Returns the tags that point at a manifest, in lexical order. */
  public Uni<List<String>> of(StatelessSession session, long manifestId) {
    return session
        .createNativeQuery(
            "select name from tag where manifest_id = :manifest order by name", String.class)
        .setParameter("manifest", manifestId)
        .getResultList();
  }

  /** Removes the tag, not the manifest; returns false when there was none. */
  public Uni<Boolean> delete(StatelessSession session, String repository, String tag) {
    return session
        .createNativeQuery(
            """
            delete from tag t using repository r
            where r.id = t.repository_id and r.name = :repository and t.name = :tag""")
        .setParameter("repository", repository)
        .setParameter("tag", tag)
        .executeUpdate()
        .map(count -> count > 0);
  }
}
