package io.deltaport.meta;

import io.deltaport.ostree.Checksum;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import org.hibernate.reactive.mutiny.Mutiny.StatelessSession;

/** Queries on OSTree refs that somebody else than a tag sets. Thread-safe. */
@ApplicationScoped
public class ImportedRefs {
  /** What became of an attempt to set a ref. */
  public enum Outcome {
    DONE,
    /** The ref is not where it was expected. */
    MOVED,
    /** The ref follows a tag. */
    TAGGED,
    /** The repository does not have the commit whole. */
    NO_COMMIT
  }

  /** A ref as it is. */
  public record Ref(String name, Checksum commit, boolean followsTag) {}

  /**
   * How a ref shall change.
   *
   * @param from the commit where it must be, null when it must not exist
   * @param to the commit where it shall be, null when it shall go
   */
  public record Change(String name, Checksum from, Checksum to) {}

  /** Returns at most {@code limit} refs after {@code last} in byte order. */
  public Uni<List<Ref>> list(StatelessSession session, long repositoryId, String last, int limit) {
    return session
        .createNativeQuery(
            """
            select r.name, encode(c.checksum, 'hex'), r.tag_id is not null
            from ostree_ref r join ostree_commit c on c.id = r.commit_id
            where r.repository_id = :repository and r.name > :last
            order by r.name limit :limit""",
            Object[].class)
        .setParameter("repository", repositoryId)
        .setParameter("last", last)
        .setParameter("limit", (long) limit)
        .getResultList()
        .map(
            rows ->
                rows.stream()
                    .map(
                        row ->
                            new Ref(
                                (String) row[0], Checksum.parse((String) row[1]), (Boolean) row[2]))
                    .toList());
  }

  /** Changes a ref if it is where the change expects it. */
  public Uni<Outcome> set(StatelessSession session, long repositoryId, Change change) {
    return session
        .createNativeQuery(
            """
            select encode(c.checksum, 'hex'), r.tag_id is not null
            from ostree_ref r join ostree_commit c on c.id = r.commit_id
            where r.repository_id = :repository and r.name = :name for update of r""",
            Object[].class)
        .setParameter("repository", repositoryId)
        .setParameter("name", change.name())
        .getSingleResultOrNull()
        .flatMap(
            row -> {
              String expected = change.from() == null ? null : change.from().hex();
              if (row != null && (Boolean) row[1]) {
                return Uni.createFrom().item(Outcome.TAGGED);
              }
              if (row == null ? expected != null : !row[0].equals(expected)) {
                return Uni.createFrom().item(Outcome.MOVED);
              }
              return change.to() == null
                  ? delete(session, repositoryId, change)
                  : move(session, repositoryId, change);
            });
  }

  private static Uni<Outcome> delete(StatelessSession session, long repositoryId, Change change) {
    return session
        .createNativeQuery(
            "delete from ostree_ref where repository_id = :repository and name = :name")
        .setParameter("repository", repositoryId)
        .setParameter("name", change.name())
        .executeUpdate()
        .replaceWith(Outcome.DONE);
  }

  // The lock on the commit makes a sweep that would take it wait or pass it over.
  private static Uni<Outcome> move(StatelessSession session, long repositoryId, Change change) {
    return session
        .createNativeQuery(
            """
            select id from ostree_commit
            where repository_id = :repository and checksum = decode(:commit, 'hex') and whole
            for key share""",
            Long.class)
        .setParameter("repository", repositoryId)
        .setParameter("commit", change.to().hex())
        .getSingleResultOrNull()
        .flatMap(
            commit ->
                commit == null
                    ? Uni.createFrom().item(Outcome.NO_COMMIT)
                    : upsert(session, repositoryId, change, commit));
  }

  private static Uni<Outcome> upsert(
      StatelessSession session, long repositoryId, Change change, long commit) {
    String sql =
        change.from() == null
            ? """
              insert into ostree_ref (repository_id, name, commit_id)
              values (:repository, :name, :commit) on conflict do nothing"""
            : """
              update ostree_ref set commit_id = :commit, moved_at = now()
              where repository_id = :repository and name = :name""";
    return session
        .createNativeQuery(sql)
        .setParameter("repository", repositoryId)
        .setParameter("name", change.name())
        .setParameter("commit", commit)
        .executeUpdate()
        .map(count -> count == 1 ? Outcome.DONE : Outcome.MOVED);
  }

  /** Sets how many commits before a ref's own stay; null for all of them. */
  public Uni<Integer> keepHistory(StatelessSession session, long repositoryId, Integer commits) {
    return session
        .createNativeQuery(
            "update repository set ostree_history = cast(:commits as int) where id = :repository")
        .setParameter("repository", repositoryId)
        .setParameter("commits", commits)
        .executeUpdate();
  }
}
