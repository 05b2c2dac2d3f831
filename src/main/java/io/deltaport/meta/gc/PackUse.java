package io.deltaport.meta.gc;

import io.deltaport.store.ObjectLocation;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.hibernate.reactive.mutiny.Mutiny.StatelessSession;

/** Which packs recipes, trees and imported commits need, and what in packs is dead. Thread-safe. */
@ApplicationScoped
public class PackUse {
  /**
   * Something that needs objects.
   *
   * @param key diff_id of a recipe, digest of an image manifest, or number of an imported commit
   * @param commit OSTree commit of a tree or imported commit in hexadecimal; null for a recipe
   * @param imported the imported commit object, which is in no pack; else null
   */
  public record User(String key, String commit, byte[] imported) {
    /** Says whether it is a tree rather than a recipe or imported commit. */
    public boolean isTree() {
      return commit != null && imported == null;
    }

    /** Returns what people know it by. */
    public String name() {
      return imported == null ? key : "the imported commit " + commit;
    }

    private Table table() {
      return imported != null ? Table.COMMIT : isTree() ? Table.TREE : Table.RECIPE;
    }
  }

  /** Where it is written down what something needs. */
  private enum Table {
    RECIPE("recipe_pack", "diff_id", "recipe", "diff_id", ":key"),
    TREE("tree_pack", "manifest_digest", "image_tree", "manifest_digest", ":key"),
    COMMIT("commit_pack", "commit_id", "ostree_commit", "id", "cast(cast(:key as text) as bigint)");

    private final String use;
    private final String useKey;
    private final String owner;
    private final String ownerKey;
    private final String key;

    Table(String use, String useKey, String owner, String ownerKey, String key) {
      this.use = use;
      this.useKey = useKey;
      this.owner = owner;
      this.ownerKey = ownerKey;
      this.key = key;
    }
  }

  /**
   * An object that has its place in a pack.
   *
   * @param checksum its name in hexadecimal
   * @param base whether another object is stored against it, or as its content
   */
  public record PlacedObject(String checksum, boolean base) {}

  private static final String USERS =
      """
      select diff_id, null, cast(null as bytea) from recipe r where %1$s
      union all
      select manifest_digest, encode(commit_checksum, 'hex'), null from image_tree r
      where commit_checksum is not null and %2$s
      union all
      select cast(id as text), encode(checksum, 'hex'), content from ostree_commit r
      where manifest_id is null and %3$s""";

  /**
   * Returns at most {@code limit} recipes, trees and imported commits whose packs are not known.
   */
  public Uni<List<User>> unknown(StatelessSession session, int limit) {
    return session
        .createNativeQuery(
            USERS.formatted("not packs_known", "not packs_known", "not packs_known")
                + " limit :limit",
            Object[].class)
        .setParameter("limit", (long) limit)
        .getResultList()
        .map(PackUse::users);
  }

  /** Returns the recipes, trees and imported commits that need something of the pack. */
  public Uni<List<User>> users(StatelessSession session, String pack) {
    return session
        .createNativeQuery(
            USERS.formatted(
                "diff_id in (select diff_id from recipe_pack where pack_id = :pack)",
                "manifest_digest in (select manifest_digest from tree_pack where pack_id = :pack)",
                "id in (select commit_id from commit_pack where pack_id = :pack)"),
            Object[].class)
        .setParameter("pack", pack)
        .getResultList()
        .map(PackUse::users);
  }

  private static List<User> users(List<Object[]> rows) {
    return rows.stream()
        .map(row -> new User((String) row[0], (String) row[1], (byte[]) row[2]))
        .toList();
  }

  /**
   * Packs that hold some objects, and how many of these have a place at all.
   *
   * @param moves how often objects have left each pack until now
   */
  public record Places(Map<String, Integer> moves, long objects) {}

  /**
   * Returns where the objects are, each of which is named once; packs with what they are stored
   * against count as well.
   */
  public Uni<Places> find(StatelessSession session, Collection<String> objects) {
    return session
        .createNativeQuery(
            """
            with recursive chain (depth, pack_id, base) as (
              select 0, o.pack_id, o.base from unnest(cast(:names as text[])) as n(name)
              join object o on o.checksum = decode(n.name, 'hex')
              union all
              select c.depth + 1, o.pack_id, o.base
              from chain c cross join lateral (
                select * from object b where b.checksum = c.base offset 0) o
              where c.depth < :bases)
            select c.pack_id, p.moves, count(*) filter (where c.base is null)
            from chain c join pack p on p.id = c.pack_id
            group by c.pack_id, p.moves""",
            Object[].class)
        .setParameter("names", objects.toArray(String[]::new))
        .setParameter("bases", ObjectLocation.ANCESTORS_MAX + 1)
        .getResultList()
        .map(
            rows ->
                new Places(
                    rows.stream()
                        .collect(
                            Collectors.toMap(
                                row -> (String) row[0], row -> ((Number) row[1]).intValue())),
                    rows.stream().mapToLong(row -> ((Number) row[2]).longValue()).sum()));
  }

  /**
   * Records which packs a recipe or tree needs, in place of what was recorded before; returns false
   * when one of them is gone or damaged or objects have left it, so that it must be looked at
   * again.
   *
   * @param packs with how often objects had left them when they were looked at
   */
  public Uni<Boolean> record(StatelessSession session, User user, Map<String, Integer> packs) {
    String[] ids = packs.keySet().toArray(String[]::new);
    Integer[] moves = packs.values().toArray(Integer[]::new);
    return session
        .createNativeQuery(
            """
            select p.id from pack p
            join unnest(cast(:packs as text[]), cast(:moves as int[])) as n(id, moves)
              on n.id = p.id and n.moves = p.moves
            where p.damaged_at is null
            order by p.id for share of p""",
            String.class)
        .setParameter("packs", ids)
        .setParameter("moves", moves)
        .getResultList()
        .flatMap(
            sound ->
                sound.size() == ids.length
                    ? replace(session, user, ids).replaceWith(true)
                    : Uni.createFrom().item(false));
  }

  private static Uni<Integer> replace(StatelessSession session, User user, String[] packs) {
    Table table = user.table();
    return session
        .createNativeQuery(
            "delete from %s where %s = %s".formatted(table.use, table.useKey, table.key))
        .setParameter("key", user.key())
        .executeUpdate()
        .flatMap(
            ignored ->
                session
                    .createNativeQuery(
                        """
                        insert into %s (%s, pack_id)
                        select o.%4$s, p.id from %3$s o, unnest(cast(:packs as text[])) as p(id)
                        where o.%4$s = %5$s"""
                            .formatted(
                                table.use, table.useKey, table.owner, table.ownerKey, table.key))
                    .setParameter("key", user.key())
                    .setParameter("packs", packs)
                    .executeUpdate())
        .flatMap(
            ignored ->
                session
                    .createNativeQuery(
                        "update %s set packs_known = true where %s = %s"
                            .formatted(table.owner, table.ownerKey, table.key))
                    .setParameter("key", user.key())
                    .executeUpdate());
  }

  /** Returns at most {@code limit} packs that are used and whose dead bytes must be counted. */
  public Uni<List<String>> uncounted(StatelessSession session, int limit) {
    return session
        .createNativeQuery(
            """
            select p.id from pack p where p.dead_bytes is null
              and (exists (select 1 from recipe_pack u where u.pack_id = p.id)
                or exists (select 1 from tree_pack u where u.pack_id = p.id)
                or exists (select 1 from commit_pack u where u.pack_id = p.id))
            limit :limit""",
            String.class)
        .setParameter("limit", (long) limit)
        .getResultList();
  }

  /** Returns the objects that have their place in a pack; copies of those elsewhere are not. */
  public Uni<List<PlacedObject>> objects(StatelessSession session, String pack) {
    return session
        .createNativeQuery(
            """
            select encode(o.checksum, 'hex'),
              exists (select 1 from object b where b.base = o.checksum)
            from object o where o.pack_id = :pack""",
            Object[].class)
        .setParameter("pack", pack)
        .getResultList()
        .map(
            rows ->
                rows.stream()
                    .map(row -> new PlacedObject((String) row[0], (Boolean) row[1]))
                    .toList());
  }

  /** Records how many stored bytes of a pack nothing needs. */
  public Uni<Void> recordDead(StatelessSession session, String pack, long bytes) {
    return session
        .createNativeQuery("update pack set dead_bytes = :bytes where id = :pack")
        .setParameter("pack", pack)
        .setParameter("bytes", bytes)
        .executeUpdate()
        .replaceWithVoid();
  }

  /** Returns the packs that hold dead objects, with the bytes of these. */
  public Uni<Tally> dead(StatelessSession session) {
    return session
        .createNativeQuery(
            """
            select count(*), cast(sum(dead_bytes) as bigint) from pack
            where dead_bytes > 0""",
            Object[].class)
        .getSingleResult()
        .map(Tally::of);
  }
}
