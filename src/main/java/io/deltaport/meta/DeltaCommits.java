package io.deltaport.meta;

import io.deltaport.ostree.Checksum;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import org.hibernate.reactive.mutiny.Mutiny.StatelessSession;

/** Queries on the commits between which static deltas go. Thread-safe. */
@ApplicationScoped
public class DeltaCommits {

  /**
   * A commit of a repository.
   *
   * @param id its row
   * @param content the commit object
   * @param detached detached metadata (a{sv}) that came with an imported one, or null
   * @param manifestDigest of the image that it was made from, or null
   */
  public record Stored(
      long id,
      long repositoryId,
      String repository,
      Checksum checksum,
      byte[] content,
      byte[] detached,
      String manifestDigest) {}

  /**
   * A ref.
   *
   * @param id its row
   * @param commitId row of the commit where it is
   */
  public record Ref(long id, String repository, String name, long commitId) {}

  private static final String SELECT =
      """
      select c.id, c.repository_id, r.name, encode(c.checksum, 'hex'), c.content, c.detached,
        m.digest
      from ostree_commit c join repository r on r.id = c.repository_id
      left join manifest m on m.id = c.manifest_id
      """;

  private static final String SELECT_REF =
      """
      select f.id, r.name, f.name, f.commit_id
      from ostree_ref f join repository r on r.id = f.repository_id
      """;

  /** Returns the commit, or null. */
  public Uni<Stored> find(StatelessSession session, long id) {
    return session
        .createNativeQuery(SELECT + "where c.id = :id", Object[].class)
        .setParameter("id", id)
        .getSingleResultOrNull()
        .map(DeltaCommits::stored);
  }

  /** Returns the commit of that name, or null. */
  public Uni<Stored> find(StatelessSession session, String repository, String checksum) {
    return session
        .createNativeQuery(
            SELECT + "where r.name = :repository and c.checksum = decode(:checksum, 'hex')",
            Object[].class)
        .setParameter("repository", repository)
        .setParameter("checksum", checksum)
        .getSingleResultOrNull()
        .map(DeltaCommits::stored);
  }

  /** Returns the commit where a ref is, or null. */
  public Uni<Stored> atRef(StatelessSession session, String repository, String ref) {
    return session
        .createNativeQuery(
            SELECT
                + """
                join ostree_ref f on f.commit_id = c.id
                where r.name = :repository and f.name = :ref""",
            Object[].class)
        .setParameter("repository", repository)
        .setParameter("ref", ref)
        .getSingleResultOrNull()
        .map(DeltaCommits::stored);
  }

  /** Returns the commit of an image, or null. */
  public Uni<Stored> ofImage(StatelessSession session, String repository, String digest) {
    return session
        .createNativeQuery(
            SELECT
                + """
                where c.id = (
                  select i.commit_id from image_commit i join manifest n on n.id = i.manifest_id
                  join repository o on o.id = n.repository_id
                  where o.name = :repository and n.digest = :digest)""",
            Object[].class)
        .setParameter("repository", repository)
        .setParameter("digest", digest)
        .getSingleResultOrNull()
        .map(DeltaCommits::stored);
  }

  /** Says how many of two commits are there; the second may be null. */
  public Uni<Integer> count(StatelessSession session, long one, Long other) {
    return session
        .createNativeQuery(
            "select count(*) from ostree_commit where id in (:one, :other)", Long.class)
        .setParameter("one", one)
        .setParameter("other", other == null ? one : other)
        .getSingleResult()
        .map(Math::toIntExact);
  }

  /** Returns the ref, or null. */
  public Uni<Ref> ref(StatelessSession session, long repositoryId, String name) {
    return session
        .createNativeQuery(
            SELECT_REF + "where f.repository_id = :repository and f.name = :name", Object[].class)
        .setParameter("repository", repositoryId)
        .setParameter("name", name)
        .getSingleResultOrNull()
        .map(row -> row == null ? null : ref(row));
  }

  /** Returns the names of the refs that are at a commit. */
  public Uni<List<String>> refNames(StatelessSession session, long commitId) {
    return session
        .createNativeQuery(
            "select name from ostree_ref where commit_id = :commit order by name", String.class)
        .setParameter("commit", commitId)
        .getResultList();
  }

  /** Returns some refs for whose commits no deltas were asked. */
  public Uni<List<Ref>> unasked(StatelessSession session, int limit) {
    return session
        .createNativeQuery(
            SELECT_REF
                + """
                left join static_delta_asked a on a.ref_id = f.id
                where a.commit_id is distinct from f.commit_id order by f.id limit :limit""",
            Object[].class)
        .setParameter("limit", (long) limit)
        .getResultList()
        .map(rows -> rows.stream().map(DeltaCommits::ref).toList());
  }

  /** Notes that the deltas to where the ref is were asked for. */
  public Uni<Integer> asked(StatelessSession session, Ref ref) {
    return session
        .createNativeQuery(
            """
            insert into static_delta_asked (ref_id, commit_id) values (:ref, :commit)
            on conflict (ref_id) do update set commit_id = excluded.commit_id""")
        .setParameter("ref", ref.id())
        .setParameter("commit", ref.commitId())
        .executeUpdate();
  }

  private static Stored stored(Object[] row) {
    return row == null
        ? null
        : new Stored(
            ((Number) row[0]).longValue(),
            ((Number) row[1]).longValue(),
            (String) row[2],
            Checksum.parse((String) row[3]),
            (byte[]) row[4],
            (byte[]) row[5],
            (String) row[6]);
  }

  private static Ref ref(Object[] row) {
    return new Ref(
        ((Number) row[0]).longValue(),
        (String) row[1],
        (String) row[2],
        ((Number) row[3]).longValue());
  }
}
