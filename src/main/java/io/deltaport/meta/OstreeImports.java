package io.deltaport.meta;

import io.deltaport.ostree.Checksum;
import io.deltaport.ostree.Commit;
import io.deltaport.ostree.ObjectName;
import io.deltaport.ostree.ObjectType;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.hibernate.reactive.mutiny.Mutiny.StatelessSession;

/**
 * Queries on commits of other OSTree repositories, and on what was sent for them. Thread-safe.
 *
 * <p>Whoever is told that something is there has a lease on it, as with blobs.
 */
@ApplicationScoped
public class OstreeImports {
  private final Leases leases;

  OstreeImports(Leases leases) {
    this.leases = leases;
  }

  /**
   * A commit of a repository.
   *
   * @param content the commit object
   * @param detached metadata that came with it, or null
   * @param whole whether nothing of its tree was lost
   */
  public record StoredCommit(byte[] content, byte[] detached, boolean whole) {}

  /** Returns the commit, or null. */
  public Uni<StoredCommit> find(StatelessSession session, long repositoryId, Checksum checksum) {
    return session
        .createNativeQuery(
            """
            select content, detached, whole from ostree_commit
            where repository_id = :repository and checksum = decode(:checksum, 'hex')""",
            Object[].class)
        .setParameter("repository", repositoryId)
        .setParameter("checksum", checksum.hex())
        .getSingleResultOrNull()
        .map(
            row ->
                row == null
                    ? null
                    : new StoredCommit((byte[]) row[0], (byte[]) row[1], (Boolean) row[2]));
  }

  /** Returns those of the commits that the repository has whole, and renews their leases. */
  public Uni<Set<Checksum>> commits(
      StatelessSession session, long repositoryId, Collection<Checksum> checksums) {
    String[] names = checksums.stream().map(Checksum::hex).toArray(String[]::new);
    return session
        .createNativeQuery(
            """
            update ostree_commit set leased_until = %s where id in (
              select c.id from unnest(cast(:names as text[])) as n(name)
              join ostree_commit c on c.checksum = decode(n.name, 'hex')
              where c.repository_id = :repository and c.leased_until < %s
              order by c.id for no key update of c)"""
                .formatted(leases.end(), leases.due()))
        .setParameter("repository", repositoryId)
        .setParameter("names", names)
        .executeUpdate()
        .flatMap(
            ignored ->
                session
                    .createNativeQuery(
                        """
                        select n.name from unnest(cast(:names as text[])) as n(name)
                        join ostree_commit c on c.checksum = decode(n.name, 'hex')
                        where c.repository_id = :repository and c.whole""",
                        String.class)
                    .setParameter("repository", repositoryId)
                    .setParameter("names", names)
                    .getResultList())
        .map(OstreeImports::checksums);
  }

  private static Set<Checksum> checksums(List<String> names) {
    Set<Checksum> found = new HashSet<>();
    names.forEach(name -> found.add(Checksum.parse(name)));
    return found;
  }

  /** Returns those of the objects that were sent to the repository, and renews their leases. */
  public Uni<Set<ObjectName>> sent(
      StatelessSession session, long repositoryId, Collection<ObjectName> objects) {
    return session
        .createNativeQuery(
            """
            select n.name, n.kind, u.leased_until < %s
            from unnest(cast(:names as text[]), cast(:kinds as int[])) as n(name, kind)
            join ostree_upload u on u.repository_id = :repository
              and u.checksum = decode(n.name, 'hex') and u.kind = n.kind"""
                .formatted(leases.due()),
            Object[].class)
        .setParameter("repository", repositoryId)
        .setParameter("names", names(objects))
        .setParameter("kinds", kinds(objects))
        .getResultList()
        .flatMap(
            rows -> {
              Set<ObjectName> found = new HashSet<>();
              boolean due = false;
              for (Object[] row : rows) {
                ObjectType type = ObjectType.ofCode(((Number) row[1]).intValue()).orElseThrow();
                found.add(new ObjectName(type, Checksum.parse((String) row[0])));
                due |= (Boolean) row[2];
              }
              return (due ? recordSent(session, repositoryId, found) : Uni.createFrom().voidItem())
                  .replaceWith(found);
            });
  }

  /** Notes that objects were sent to the repository. */
  public Uni<Void> recordSent(
      StatelessSession session, long repositoryId, Collection<ObjectName> objects) {
    return session
        .createNativeQuery(
            """
            insert into ostree_upload (repository_id, checksum, kind, leased_until)
            select :repository, decode(n.name, 'hex'), n.kind, %1$s
            from unnest(cast(:names as text[]), cast(:kinds as int[])) as n(name, kind)
            order by n.name, n.kind
            on conflict (repository_id, checksum, kind) do update
            set leased_until = excluded.leased_until where ostree_upload.leased_until < %2$s"""
                .formatted(leases.end(), leases.due()))
        .setParameter("repository", repositoryId)
        .setParameter("names", names(objects))
        .setParameter("kinds", kinds(objects))
        .executeUpdate()
        .replaceWithVoid();
  }

  private static String[] names(Collection<ObjectName> objects) {
    return objects.stream().map(name -> name.checksum().hex()).toArray(String[]::new);
  }

  private static Integer[] kinds(Collection<ObjectName> objects) {
    return objects.stream().map(name -> name.type().code()).toArray(Integer[]::new);
  }

  /**
   * Gives an imported commit that is there with its whole tree other detached metadata; returns
   * false when there is no such commit. The same again changes nothing, so that nothing is
   * published or signed anew. The lease is that of whoever asked whether the commit is there.
   */
  public Uni<Boolean> sign(
      StatelessSession session, long repositoryId, Checksum checksum, byte[] detached) {
    return session
        .createNativeQuery(
            """
            update ostree_commit
            set detached = :detached
            where repository_id = :repository and checksum = decode(:checksum, 'hex')
              and whole and manifest_id is null and detached is distinct from :detached""")
        .setParameter("repository", repositoryId)
        .setParameter("checksum", checksum.hex())
        .setParameter("detached", detached)
        .executeUpdate()
        .flatMap(
            changed ->
                changed > 0
                    ? Uni.createFrom().item(true)
                    : find(session, repositoryId, checksum)
                        .map(
                            found ->
                                found != null
                                    && found.whole()
                                    && Arrays.equals(found.detached(), detached)));
  }

  /**
   * Records an imported commit whose whole tree is there. What it had of detached metadata stays
   * when none comes; the commit of an image stays as it is.
   *
   * @param detached or null
   */
  public Uni<Void> record(
      StatelessSession session, long repositoryId, byte[] object, Commit commit, byte[] detached) {
    return session
        .createNativeQuery(
            """
            insert into ostree_commit
              (repository_id, checksum, content, detached, parent, leased_until)
            values (:repository, decode(:checksum, 'hex'), :content, cast(:detached as bytea),
              decode(:parent, 'hex'), %s)
            on conflict (repository_id, checksum) do update
            set detached = coalesce(excluded.detached, ostree_commit.detached), whole = true,
              packs_known = ostree_commit.packs_known and ostree_commit.whole,
              leased_until = excluded.leased_until, unused_since = null
            where ostree_commit.manifest_id is null"""
                .formatted(leases.end()))
        .setParameter("repository", repositoryId)
        .setParameter("checksum", Checksum.of(object).hex())
        .setParameter("content", object)
        .setParameter("detached", detached)
        .setParameter("parent", commit.parent().map(Checksum::hex).orElse(null))
        .executeUpdate()
        .replaceWithVoid();
  }
}
