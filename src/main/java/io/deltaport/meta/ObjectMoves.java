package io.deltaport.meta;

import io.deltaport.store.ObjectIndex;
import io.deltaport.store.ObjectLocation;
import io.deltaport.store.driver.Driver;
import io.deltaport.store.pack.PackEntry;
import io.deltaport.store.pack.PackReader;
import io.deltaport.store.pack.PackVerifier;
import io.deltaport.store.pack.PublishedPack;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.hibernate.reactive.mutiny.Mutiny.StatelessSession;

/**
 * Lets objects move from one pack to another. Thread-safe; blocks, so never on an event loop.
 *
 * <p>The old pack stays until nothing needs it and nobody was told of it for as long as a lease
 * runs: whoever reads from it can finish.
 */
@ApplicationScoped
public class ObjectMoves {
  /** Rows that one statement changes. */
  private static final int UPDATE_ROWS_MAX = 4096;

  /** All who move objects take turns by it: any number that nothing else locks in this database. */
  private static final long TURN = 0x64707061636b73L;

  /** Chains are looked at up to where they are too long. */
  static final int DEPTH_MAX = ObjectLocation.ANCESTORS_MAX + 2;

  private final Database database;
  private final Leases leases;

  ObjectMoves(Database database, Leases leases) {
    this.database = database;
    this.leases = leases;
  }

  /**
   * Proves that a durable pack is whole, and lets all that it holds move there from another one.
   *
   * @param objects tells where bases are
   * @return as {@link #move}
   * @throws io.deltaport.store.pack.PackFormatException if the pack, or a base, is damaged
   */
  public boolean replace(String from, PublishedPack pack, Driver driver, ObjectIndex objects)
      throws IOException {
    record(pack);
    new PackVerifier(driver, objects).verify(pack.id());
    return move(from, pack, PackReader.open(driver, pack.id()).entries());
  }

  /** Records a durable pack to which objects will move. */
  private void record(PublishedPack pack) {
    database.transact(session -> insert(session, pack));
  }

  /**
   * Notes that objects of one pack lie in another one from now on: all of them, or none. Those that
   * have left the first one meanwhile stay where they are.
   *
   * @return false when nothing was changed, because a pack is gone or damaged, or an object would
   *     have too many ancestors or be its own
   */
  private boolean move(String from, PublishedPack pack, Collection<PackEntry> entries) {
    Set<String> bases = new HashSet<>();
    for (PackEntry entry : entries) {
      if (entry.base() != null) {
        bases.add(entry.base().hex());
      }
    }
    try {
      return database.transact(
          session ->
              lock(session, List.of(from, pack.id()), bases)
                  .flatMap(
                      whole ->
                          whole
                              ? update(session, from, pack.id(), List.copyOf(entries))
                                  .flatMap(ignored -> check(session, pack.id()))
                              : Uni.createFrom().item(false)));
    } catch (ChainException e) {
      return false;
    }
  }

  /** Ends the transaction without effect. */
  private static final class ChainException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ChainException() {
      super("objects with too many ancestors");
    }
  }

  private Uni<Integer> insert(StatelessSession session, PublishedPack pack) {
    return session
        .createNativeQuery(
            """
            insert into pack (id, size_bytes, leased_until, repacked, dead_bytes)
            values (:id, :size, %s, true, null)
            on conflict (id) do update
            set leased_until = excluded.leased_until, damaged_at = null"""
                .formatted(leases.end()))
        .setParameter("id", pack.id())
        .setParameter("size", pack.length())
        .executeUpdate();
  }

  /** What is locked here is not collected any more before this transaction has ended. */
  private static Uni<Boolean> lock(
      StatelessSession session, List<String> packs, Set<String> bases) {
    return session
        .createNativeQuery("select cast(pg_advisory_xact_lock(:turn) as text)", String.class)
        .setParameter("turn", TURN)
        .getSingleResultOrNull()
        .flatMap(
            ignored ->
                session
                    .createNativeQuery(
                        """
                        select p.id, cast(p.damaged_at as text) from pack p
                        where p.id = any(cast(:packs as text[])) or p.id in (
                          select o.pack_id from unnest(cast(:bases as text[])) n(name)
                          join object o on o.checksum = decode(n.name, 'hex'))
                        order by p.id for no key update""",
                        Object[].class)
                    .setParameter("packs", packs.toArray(String[]::new))
                    .setParameter("bases", bases.toArray(String[]::new))
                    .getResultList())
        .map(
            rows ->
                rows.stream().allMatch(row -> row[1] == null)
                    && rows.stream().map(row -> (String) row[0]).toList().containsAll(packs));
  }

  private static Uni<Integer> update(
      StatelessSession session, String from, String to, List<PackEntry> entries) {
    Uni<Integer> chain = Uni.createFrom().item(0);
    for (int start = 0; start < entries.size(); start += UPDATE_ROWS_MAX) {
      List<PackEntry> rows =
          entries.subList(start, Math.min(entries.size(), start + UPDATE_ROWS_MAX));
      chain = chain.flatMap(ignored -> updateRows(session, from, to, rows));
    }
    return chain;
  }

  private static Uni<Integer> updateRows(
      StatelessSession session, String from, String to, List<PackEntry> rows) {
    return session
        .createNativeQuery(
            """
            update object o set pack_id = :to, frame_offset = n.frame_offset,
              stored_bytes = n.stored, storage = n.storage, frame_position = n.position,
              base = decode(n.base, 'hex')
            from unnest(cast(:names as text[]), cast(:offsets as bigint[]),
              cast(:stored as bigint[]), cast(:storages as int[]), cast(:positions as int[]),
              cast(:bases as text[])) as n(name, frame_offset, stored, storage, position, base)
            where o.checksum = decode(n.name, 'hex') and o.pack_id = :from""")
        .setParameter("from", from)
        .setParameter("to", to)
        .setParameter("names", rows.stream().map(row -> row.object().hex()).toArray(String[]::new))
        .setParameter("offsets", rows.stream().map(PackEntry::offset).toArray(Long[]::new))
        .setParameter("stored", rows.stream().map(PackEntry::storedLength).toArray(Long[]::new))
        .setParameter(
            "storages", rows.stream().map(row -> row.storage().code()).toArray(Integer[]::new))
        .setParameter(
            "positions",
            rows.stream().map(row -> Math.toIntExact(row.position())).toArray(Integer[]::new))
        .setParameter(
            "bases",
            rows.stream()
                .map(row -> row.base() == null ? null : row.base().hex())
                .toArray(String[]::new))
        .executeUpdate();
  }

  /** Looks at what the pack has now and at all that is stored against it. */
  private static Uni<Boolean> check(StatelessSession session, String pack) {
    return session
        .createNativeQuery(
            """
            with recursive down (checksum, depth) as (
              select checksum, 0 from object where pack_id = :pack
              union
              select o.checksum, d.depth + 1
              from down d cross join lateral (
                select * from object b where b.base = d.checksum offset 0) o
              where d.depth < :depth
            ), up (checksum, base, ancestors, depth) as (
              select o.checksum, o.base, case o.storage when 1 then 1 else 0 end, 0
              from (select distinct checksum from down) d join object o on o.checksum = d.checksum
              union all
              select u.checksum, o.base, u.ancestors + case o.storage when 1 then 1 else 0 end,
                u.depth + 1
              from up u cross join lateral (
                select * from object b where b.checksum = u.base offset 0) o
              where u.depth < :depth
            )
            select (select count(*) from up where base is null and ancestors <= :ancestors)
              = (select count(distinct checksum) from down)""",
            Boolean.class)
        .setParameter("pack", pack)
        .setParameter("depth", DEPTH_MAX)
        .setParameter("ancestors", ObjectLocation.ANCESTORS_MAX)
        .getSingleResult()
        .invoke(
            sound -> {
              if (!sound) {
                throw new ChainException();
              }
            });
  }
}
