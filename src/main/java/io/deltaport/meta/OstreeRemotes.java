package io.deltaport.meta;

import io.deltaport.ostree.Checksum;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.List;
import org.hibernate.reactive.mutiny.Mutiny.StatelessSession;

/** What the OSTree remote of a repository has to offer, all of one moment. Thread-safe. */
@ApplicationScoped
public class OstreeRemotes {

  /**
   * Everything but the objects.
   *
   * @param version rises with each change of the rest
   * @param changedAt when it changed last
   */
  public record Remote(
      long repositoryId,
      long version,
      Instant changedAt,
      List<Commit> commits,
      List<Ref> refs,
      List<DeltaFile> deltaFiles) {}

  /**
   * A commit.
   *
   * @param id its row
   * @param manifestDigest of the image that it was made from; null for an imported one
   */
  public record Commit(long id, Checksum checksum, String manifestDigest) {}

  /**
   * A ref.
   *
   * @param content the commit object
   */
  public record Ref(String name, Checksum commit, byte[] content) {}

  /**
   * A file of a static delta.
   *
   * @param from null when the delta needs no commit
   * @param number 0 for the superblock, 1 more than its own for a part
   * @param digest of the blob
   */
  public record DeltaFile(Checksum from, Checksum to, int number, String digest, long sizeBytes) {}

  /**
   * A commit with what comes with it.
   *
   * @param id its row
   * @param content the commit object
   * @param detached detached metadata ({@code a{sv}}) that came with it, or null
   */
  public record CommitContent(long id, byte[] content, byte[] detached) {}

  /** Returns the remote, or null when there is no such repository. */
  public Uni<Remote> find(StatelessSession session, String repository) {
    return session
        // The statements see the same moment.
        .createNativeQuery("set transaction isolation level repeatable read, read only")
        .executeUpdate()
        .flatMap(ignored -> head(session, repository))
        .flatMap(head -> head == null ? Uni.createFrom().nullItem() : withRest(session, head));
  }

  private static Uni<Object[]> head(StatelessSession session, String repository) {
    return session
        .createNativeQuery(
            """
            select r.id, coalesce(v.version, 0), coalesce(v.changed_at, 'epoch') from repository r
            left join ostree_remote v on v.repository_id = r.id where r.name = :repository""",
            Object[].class)
        .setParameter("repository", repository)
        .getSingleResultOrNull();
  }

  private static Uni<Remote> withRest(StatelessSession session, Object[] head) {
    long id = number(head[0]);
    return commits(session, id)
        .flatMap(
            commits ->
                refs(session, id)
                    .flatMap(
                        refs ->
                            deltaFiles(session, id)
                                .map(
                                    files ->
                                        new Remote(
                                            id,
                                            number(head[1]),
                                            Instants.of(head[2]),
                                            commits,
                                            refs,
                                            files))));
  }

  private static Uni<List<Commit>> commits(StatelessSession session, long repositoryId) {
    return session
        .createNativeQuery(
            """
            select c.id, encode(c.checksum, 'hex'), m.digest from ostree_commit c
            left join manifest m on m.id = c.manifest_id
            where c.repository_id = :repository order by c.id desc""",
            Object[].class)
        .setParameter("repository", repositoryId)
        .getResultList()
        .map(
            rows ->
                rows.stream()
                    .map(row -> new Commit(number(row[0]), checksum(row[1]), (String) row[2]))
                    .toList());
  }

  private static Uni<List<Ref>> refs(StatelessSession session, long repositoryId) {
    return session
        .createNativeQuery(
            """
            select r.name, encode(c.checksum, 'hex'), c.content from ostree_ref r
            join ostree_commit c on c.id = r.commit_id
            where r.repository_id = :repository order by r.name""",
            Object[].class)
        .setParameter("repository", repositoryId)
        .getResultList()
        .map(
            rows ->
                rows.stream()
                    .map(row -> new Ref((String) row[0], checksum(row[1]), (byte[]) row[2]))
                    .toList());
  }

  private static Uni<List<DeltaFile>> deltaFiles(StatelessSession session, long repositoryId) {
    return session
        .createNativeQuery(
            """
            select encode(s.checksum, 'hex'), encode(t.checksum, 'hex'), f.number, f.digest,
              f.size_bytes
            from static_delta d
            join ostree_commit t on t.id = d.target_commit_id
            left join ostree_commit s on s.id = d.source_commit_id
            join static_delta_file f on f.delta_id = d.id
            where d.repository_id = :repository order by d.id, f.number""",
            Object[].class)
        .setParameter("repository", repositoryId)
        .getResultList()
        .map(
            rows ->
                rows.stream()
                    .map(
                        row ->
                            new DeltaFile(
                                row[0] == null ? null : checksum(row[0]),
                                checksum(row[1]),
                                (int) number(row[2]),
                                (String) row[3],
                                number(row[4])))
                    .toList());
  }

  /** Returns a commit of a repository, or null. */
  public Uni<CommitContent> commit(StatelessSession session, long repositoryId, Checksum checksum) {
    return session
        .createNativeQuery(
            """
            select id, content, detached from ostree_commit
            where repository_id = :repository and checksum = decode(:checksum, 'hex')""",
            Object[].class)
        .setParameter("repository", repositoryId)
        .setParameter("checksum", checksum.hex())
        .getSingleResultOrNull()
        .map(
            row ->
                row == null
                    ? null
                    : new CommitContent(number(row[0]), (byte[]) row[1], (byte[]) row[2]));
  }

  /** Returns the signed metadata that a set of keys has made for a commit, or null. */
  public Uni<byte[]> signed(StatelessSession session, long commitId, String generation) {
    return session
        .createNativeQuery(
            """
            select content from ostree_commit_meta
            where commit_id = :commit and generation = :generation""",
            byte[].class)
        .setParameter("commit", commitId)
        .setParameter("generation", generation)
        .getSingleResultOrNull();
  }

  /**
   * Keeps the signed metadata that a set of keys has made for a commit, unless another server was
   * first, and returns what is kept; null when the commit has gone.
   */
  public Uni<byte[]> keepSigned(
      StatelessSession session, long commitId, String generation, byte[] content) {
    return session
        .createNativeQuery(
            """
            insert into ostree_commit_meta (commit_id, generation, content)
            select id, :generation, :content from ostree_commit where id = :commit
            on conflict do nothing""")
        .setParameter("commit", commitId)
        .setParameter("generation", generation)
        .setParameter("content", content)
        .executeUpdate()
        .flatMap(ignored -> signed(session, commitId, generation));
  }

  private static Checksum checksum(Object hex) {
    return Checksum.parse((String) hex);
  }

  private static long number(Object value) {
    return ((Number) value).longValue();
  }
}
