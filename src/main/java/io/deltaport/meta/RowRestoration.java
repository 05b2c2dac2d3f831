package io.deltaport.meta;

import io.deltaport.layer.RecipeInfo;
import io.deltaport.ostree.Checksum;
import io.deltaport.store.pack.PackEntry;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.hibernate.reactive.mutiny.Mutiny.StatelessSession;

/**
 * Compares the rows about packs, objects, recipes and layers with what the files tell, and writes
 * them again. Thread-safe. All of it may be done twice.
 */
@ApplicationScoped
public class RowRestoration {
  private static final String WITHOUT_LAYER =
      """
      from manifest m where m.image and exists (
        select 1 from manifest_reference f
        where f.manifest_id = m.id and f.kind = 'blob' and f.digest <> m.config_digest
          and not exists (select 1 from layer l where l.digest = f.digest))""";

  private final StoredObjects objects;
  private final Leases leases;

  RowRestoration(StoredObjects objects, Leases leases) {
    this.objects = objects;
    this.leases = leases;
  }

  /**
   * What the rows say of some entries of a pack's index.
   *
   * @param absent entries whose objects have no row
   * @param here entries whose objects have their place in this pack
   * @param wrong those of {@code here} whose rows tell another place in it
   */
  public record Comparison(long absent, long here, long wrong) {}

  /** Compares at most {@link io.deltaport.store.ObjectIndex#BATCH_MAX} entries with their rows. */
  public Uni<Comparison> compare(StatelessSession session, String pack, List<PackEntry> entries) {
    return session
        .createNativeQuery(
            """
            select count(*) filter (where o.checksum is null),
              count(*) filter (where o.pack_id = :pack),
              count(*) filter (where o.pack_id = :pack and (o.frame_offset <> n.frame_offset
                or o.stored_bytes <> n.stored or o.length_bytes <> n.length
                or o.storage <> n.storage or o.frame_position <> n.position
                or o.base is distinct from decode(n.base, 'hex')))
            from unnest(cast(:names as text[]), cast(:offsets as bigint[]),
              cast(:stored as bigint[]), cast(:lengths as bigint[]), cast(:bases as text[]),
              cast(:storages as int[]), cast(:positions as int[]))
              as n(name, frame_offset, stored, length, base, storage, position)
            left join object o on o.checksum = decode(n.name, 'hex')""",
            Object[].class)
        .setParameter("pack", pack)
        .setParameter("names", names(entries))
        .setParameter("offsets", entries.stream().map(PackEntry::offset).toArray(Long[]::new))
        .setParameter("stored", entries.stream().map(PackEntry::storedLength).toArray(Long[]::new))
        .setParameter("lengths", entries.stream().map(PackEntry::length).toArray(Long[]::new))
        .setParameter(
            "bases",
            entries.stream()
                .map(entry -> entry.base() == null ? null : entry.base().hex())
                .toArray(String[]::new))
        .setParameter(
            "storages",
            entries.stream().map(entry -> entry.storage().code()).toArray(Integer[]::new))
        .setParameter(
            "positions",
            entries.stream()
                .map(entry -> Math.toIntExact(entry.position()))
                .toArray(Integer[]::new))
        .getSingleResult()
        .map(row -> new Comparison(number(row[0]), number(row[1]), number(row[2])));
  }

  private static String[] names(List<PackEntry> entries) {
    return entries.stream().map(entry -> entry.object().hex()).toArray(String[]::new);
  }

  /** Returns how many objects have their place in a pack. */
  public Uni<Long> placed(StatelessSession session, String pack) {
    return session
        .createNativeQuery("select count(*) from object where pack_id = :pack", Long.class)
        .setParameter("pack", pack)
        .getSingleResult();
  }

  /** Returns those of at most a batch of objects that have no row. */
  public Uni<Set<Checksum>> absent(StatelessSession session, Collection<Checksum> names) {
    return session
        .createNativeQuery(
            """
            select n.name from unnest(cast(:names as text[])) as n(name)
            where not exists (select 1 from object o where o.checksum = decode(n.name, 'hex'))""",
            String.class)
        .setParameter("names", names.stream().map(Checksum::hex).toArray(String[]::new))
        .getResultList()
        .map(found -> found.stream().map(Checksum::parse).collect(Collectors.toSet()));
  }

  /** Returns at most {@code limit} commits of images that have no row as objects. */
  public Uni<List<Checksum>> absentCommits(StatelessSession session, int limit) {
    return session
        .createNativeQuery(
            """
            select encode(t.commit_checksum, 'hex') from image_tree t
            where t.commit_checksum is not null
              and not exists (select 1 from object o where o.checksum = t.commit_checksum)""",
            String.class)
        .setMaxResults(limit)
        .getResultList()
        .map(found -> found.stream().map(Checksum::parse).toList());
  }

  /** Writes the row of a pack whose file is there and can be read. */
  public Uni<Integer> restorePack(StatelessSession session, String pack, long sizeBytes) {
    return session
        .createNativeQuery(
            """
            insert into pack (id, size_bytes, dead_bytes, leased_until)
            values (:id, :size, null, %s)
            on conflict (id) do nothing"""
                .formatted(leases.end()))
        .setParameter("id", pack)
        .setParameter("size", sizeBytes)
        .executeUpdate();
  }

  /** Removes the rows of objects in a pack, of which some do not tell what the pack tells. */
  public Uni<Integer> forgetObjects(StatelessSession session, String pack) {
    return session
        .createNativeQuery("delete from object where pack_id = :pack")
        .setParameter("pack", pack)
        .executeUpdate();
  }

  /** As {@link StoredObjects#restore}. */
  public Uni<Integer> restoreObjects(
      StatelessSession session, String pack, List<PackEntry> entries) {
    return objects.restore(session, pack, entries);
  }

  /** Says whether a recipe has a row. */
  public Uni<Boolean> hasRecipe(StatelessSession session, String diffId) {
    return session
        .createNativeQuery("select count(*) from recipe where diff_id = :diffId", Long.class)
        .setParameter("diffId", diffId)
        .getSingleResult()
        .map(count -> count > 0);
  }

  /** Writes the row of a recipe whose file is there and can be read. */
  public Uni<Integer> restoreRecipe(
      StatelessSession session, RecipeInfo recipe, String key, long sizeBytes) {
    return session
        .createNativeQuery(
            """
            insert into recipe (diff_id, store_key, size_bytes, tar_bytes, entries)
            values (:diffId, :key, :size, :tar, :entries)
            on conflict (diff_id) do nothing""")
        .setParameter("diffId", recipe.diffId().toString())
        .setParameter("key", key)
        .setParameter("size", sizeBytes)
        .setParameter("tar", recipe.tarLength())
        .setParameter("entries", recipe.entries())
        .executeUpdate();
  }

  /** Returns how many images have layers of which nothing is known. */
  public Uni<Long> countWithoutLayer(StatelessSession session) {
    return session
        .createNativeQuery("select count(*) " + WITHOUT_LAYER, Long.class)
        .getSingleResult();
  }

  /** Returns at most {@code limit} images with such layers, after a row, in the order of rows. */
  public Uni<List<Long>> withoutLayer(StatelessSession session, long last, int limit) {
    return session
        .createNativeQuery(
            "select m.id " + WITHOUT_LAYER + " and m.id > :last order by m.id", Long.class)
        .setParameter("last", last)
        .setMaxResults(limit)
        .getResultList();
  }

  /** Says whether a layer blob has a row. */
  public Uni<Boolean> hasLayer(StatelessSession session, String digest) {
    return session
        .createNativeQuery("select count(*) from layer where digest = :digest", Long.class)
        .setParameter("digest", digest)
        .getSingleResult()
        .map(count -> count > 0);
  }

  /** Writes the row of a layer blob whose tar has a recipe; returns 0 when that has no row. */
  public Uni<Integer> restoreLayer(StatelessSession session, String digest, String diffId) {
    return session
        .createNativeQuery(
            """
            insert into layer (digest, diff_id)
            select :digest, r.diff_id from recipe r where r.diff_id = :diffId
            on conflict (digest) do nothing""")
        .setParameter("digest", digest)
        .setParameter("diffId", diffId)
        .executeUpdate();
  }

  /**
   * Returns repository and digest of images, after a row, that have no tree though they should: a
   * job makes it.
   */
  public Uni<List<Treeless>> treeless(StatelessSession session, long last, int limit) {
    return session
        .createNativeQuery(
            """
            select m.id, r.name, m.digest
            from manifest m join repository r on r.id = m.repository_id
            where m.image and m.damaged_at is null and m.id > :last and not exists (
              select 1 from image_tree t where t.manifest_digest = m.digest)
            order by m.id""",
            Object[].class)
        .setParameter("last", last)
        .setMaxResults(limit)
        .getResultList()
        .map(
            rows ->
                rows.stream()
                    .map(row -> new Treeless(number(row[0]), (String) row[1], (String) row[2]))
                    .toList());
  }

  /** An image without a tree. */
  public record Treeless(long manifestId, String repository, String digest) {}

  /** Returns imported commits of which something was lost: their rows and root trees. */
  public Uni<List<BrokenCommit>> brokenCommits(StatelessSession session, long last, int limit) {
    return session
        .createNativeQuery(
            """
            select id, content from ostree_commit
            where manifest_id is null and not whole and id > :last order by id""",
            Object[].class)
        .setParameter("last", last)
        .setMaxResults(limit)
        .getResultList()
        .map(
            rows ->
                rows.stream()
                    .map(row -> new BrokenCommit(number(row[0]), (byte[]) row[1]))
                    .toList());
  }

  /**
   * An imported commit that is not whole.
   *
   * @param content the commit object
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared as a record
  public record BrokenCommit(long id, byte[] content) {}

  /** Lets an imported commit be used again whose objects are all there. */
  public Uni<Integer> mendCommit(StatelessSession session, long id) {
    return session
        .createNativeQuery("update ostree_commit set whole = true where id = :id")
        .setParameter("id", id)
        .executeUpdate();
  }

  /**
   * Forgets what is known of which packs are needed, and that files were garbage: garbage
   * collection looks at everything again before it removes something, and graces begin anew.
   */
  public Uni<Integer> forgetUse(StatelessSession session) {
    return session
        .createNativeQuery("update recipe set packs_known = false where packs_known")
        .executeUpdate()
        .flatMap(
            ignored ->
                session
                    .createNativeQuery(
                        "update image_tree set packs_known = false where packs_known")
                    .executeUpdate())
        .flatMap(
            ignored ->
                session
                    .createNativeQuery(
                        """
                        update ostree_commit set packs_known = false
                        where manifest_id is null and packs_known""")
                    .executeUpdate())
        .flatMap(
            ignored ->
                session
                    .createNativeQuery(
                        """
                        update pack set dead_bytes = null, leased_until = greatest(leased_until, %s)"""
                            .formatted(leases.end()))
                    .executeUpdate())
        .flatMap(
            ignored ->
                session
                    .createNativeQuery("delete from gc_mark where kind = 'file'")
                    .executeUpdate());
  }

  private static long number(Object value) {
    return ((Number) value).longValue();
  }
}
