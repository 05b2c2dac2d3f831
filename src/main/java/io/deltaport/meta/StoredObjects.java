package io.deltaport.meta;

import io.deltaport.ostree.Checksum;
import io.deltaport.store.ObjectIndex;
import io.deltaport.store.ObjectLocation;
import io.deltaport.store.driver.Driver;
import io.deltaport.store.pack.PackEntry;
import io.deltaport.store.pack.PackIndexReader;
import io.deltaport.store.pack.PackReader;
import io.deltaport.store.pack.PublishedPack;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.hibernate.reactive.mutiny.Mutiny.StatelessSession;

/** The object index in the database. Thread-safe; blocks, so never on an event loop. */
@ApplicationScoped
public class StoredObjects implements ObjectIndex {
  /** Rows that one statement inserts: eight arrays of this length stay below a megabyte. */
  private static final int INSERT_ROWS_MAX = 4096;

  private final Database database;
  private final Driver driver;
  private final Leases leases;

  StoredObjects(Database database, Driver driver, Leases leases) {
    this.database = database;
    this.driver = driver;
    this.leases = leases;
  }

  /** {@inheritDoc} Whoever is told of an object relies on its pack, so the pack is leased. */
  @Override
  public Map<Checksum, ObjectLocation> find(Collection<Checksum> objects) {
    if (objects.isEmpty()) {
      return Map.of();
    }
    String[] names = objects.stream().map(Checksum::hex).toArray(String[]::new);
    List<Object[]> rows =
        database.transact(session -> rows(session, names).flatMap(r -> lease(session, names, r)));
    return ObjectRows.locations(rows);
  }

  private Uni<List<Object[]>> rows(StatelessSession session, String[] names) {
    return session
        .createNativeQuery(ObjectRows.CHAINS.formatted(leases.due()), Object[].class)
        .setParameter("names", names)
        .setParameter("bases", ObjectRows.BASES_MAX)
        .getResultList();
  }

  private Uni<List<Object[]>> lease(StatelessSession session, String[] names, List<Object[]> rows) {
    Set<String> due = new HashSet<>();
    for (Object[] row : rows) {
      if (ObjectRows.isLeaseDue(row)) {
        due.add(ObjectRows.pack(row));
      }
    }
    return due.isEmpty()
        ? Uni.createFrom().item(rows)
        // One of them may be collected at this moment: what is seen under the lock counts.
        : leases.renew(session, Leases.Table.PACK, due).flatMap(ignored -> rows(session, names));
  }

  /**
   * Records a durable pack and what it holds. Objects that another pack brought in the meantime
   * stay there, and their copies here are dead, to be counted. Rows become visible batch by batch,
   * which is safe: the pack is whole already.
   *
   * @throws io.deltaport.store.pack.PackFormatException if the pack is damaged
   */
  public void record(PublishedPack pack) throws IOException {
    database.transact(session -> insert(session, pack));
    List<PackEntry> batch = new ArrayList<>(INSERT_ROWS_MAX);
    PackReader reader = PackReader.open(driver, pack.id());
    int placed = 0;
    try (PackIndexReader index = reader.index()) {
      for (PackEntry entry = index.next(); entry != null; entry = index.next()) {
        batch.add(entry);
        if (batch.size() == INSERT_ROWS_MAX) {
          placed += insertAll(pack.id(), batch);
        }
      }
    }
    placed += insertAll(pack.id(), batch);
    if (placed < reader.objects()) {
      database.transact(session -> countAgain(session, pack.id()));
    }
  }

  private static Uni<Integer> countAgain(StatelessSession session, String pack) {
    return session
        .createNativeQuery("update pack set dead_bytes = null where id = :pack")
        .setParameter("pack", pack)
        .executeUpdate();
  }

  private Uni<Integer> insert(StatelessSession session, PublishedPack pack) {
    return session
        .createNativeQuery(
            """
            insert into pack (id, size_bytes, leased_until) values (:id, :size, %s)
            on conflict (id) do update
            set leased_until = excluded.leased_until, damaged_at = null"""
                .formatted(leases.end()))
        .setParameter("id", pack.id())
        .setParameter("size", pack.length())
        .executeUpdate();
  }

  /** Returns how many of them have their place in the pack now. */
  private int insertAll(String packId, List<PackEntry> batch) {
    if (batch.isEmpty()) {
      return 0;
    }
    int placed = database.transact(session -> insert(session, packId, batch, false));
    batch.clear();
    return placed;
  }

  /**
   * Records again some of what a pack with a row holds, as {@link #record} does, but of what needs
   * a base only that whose base has a row and can be one. So whoever goes over all packs until
   * nothing is placed any more gets chains that end, whatever copies of objects there are.
   *
   * @param rows at most {@link ObjectIndex#BATCH_MAX}
   * @return how many of them have their place in the pack now
   */
  Uni<Integer> restore(StatelessSession session, String packId, List<PackEntry> rows) {
    return rows.isEmpty() ? Uni.createFrom().item(0) : insert(session, packId, rows, true);
  }

  private static Uni<Integer> insert(
      StatelessSession session, String packId, List<PackEntry> rows, boolean basesFirst) {
    int count = rows.size();
    String[] names = new String[count];
    Long[] offsets = new Long[count];
    Long[] stored = new Long[count];
    Long[] lengths = new Long[count];
    String[] bases = new String[count];
    Integer[] storages = new Integer[count];
    Integer[] positions = new Integer[count];
    for (int i = 0; i < count; i++) {
      PackEntry row = rows.get(i);
      names[i] = row.object().hex();
      offsets[i] = row.offset();
      stored[i] = row.storedLength();
      lengths[i] = row.length();
      bases[i] = row.base() == null ? null : row.base().hex();
      storages[i] = row.storage().code();
      positions[i] = Math.toIntExact(row.position());
    }
    return session
        .createNativeQuery(
            """
            insert into object
              (checksum, pack_id, frame_offset, stored_bytes, length_bytes, base, storage,
                frame_position)
            select decode(n.name, 'hex'), :pack, n.frame_offset, n.stored, n.length,
              decode(n.base, 'hex'), n.storage, n.position
            from unnest(cast(:names as text[]), cast(:offsets as bigint[]),
              cast(:stored as bigint[]), cast(:lengths as bigint[]), cast(:bases as text[]),
              cast(:storages as int[]), cast(:positions as int[]))
              as n(name, frame_offset, stored, length, base, storage, position)
            where not :checked or n.base is null or (
              with recursive chain as (
                select b.base, 1 as links from object b
                where b.checksum = decode(n.base, 'hex') and b.storage <> 3
                union all
                select b.base, c.links + 1 from chain c join object b on b.checksum = c.base
                where c.links <= :deepest)
              select max(links) <= :deepest from chain)
            on conflict do nothing""")
        .setParameter("pack", packId)
        .setParameter("checked", basesFirst)
        .setParameter("deepest", ObjectLocation.ANCESTORS_MAX)
        .setParameter("names", names)
        .setParameter("offsets", offsets)
        .setParameter("stored", stored)
        .setParameter("lengths", lengths)
        .setParameter("bases", bases)
        .setParameter("storages", storages)
        .setParameter("positions", positions)
        .executeUpdate();
  }
}
