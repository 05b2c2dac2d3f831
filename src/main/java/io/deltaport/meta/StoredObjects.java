package io.deltaport.meta;

import io.deltaport.ostree.Checksum;
import io.deltaport.store.ObjectIndex;
import io.deltaport.store.ObjectLocation;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.hibernate.reactive.mutiny.Mutiny.StatelessSession;

/** The object index in the database. Thread-safe; blocks, so never on an event loop. */
@ApplicationScoped
public class StoredObjects implements ObjectIndex {
  /** Rows that one statement inserts: five arrays of this length stay well below a megabyte. */
  private static final int INSERT_ROWS_MAX = 4096;

  private final Database database;

  StoredObjects(Database database) {
    this.database = database;
  }

  @Override
  public Map<Checksum, ObjectLocation> find(Collection<Checksum> objects) {
    if (objects.isEmpty()) {
      return Map.of();
    }
    String[] names = objects.stream().map(Checksum::hex).toArray(String[]::new);
    List<Object[]> rows =
        database.transact(
            session ->
                session
                    .createNativeQuery(
                        """
                        select encode(o.checksum, 'hex'), o.pack_id, o.frame_offset,
                          o.stored_bytes, o.length_bytes
                        from unnest(cast(:names as text[])) as n(name)
                        join object o on o.checksum = decode(n.name, 'hex')""",
                        Object[].class)
                    .setParameter("names", names)
                    .getResultList());
    Map<Checksum, ObjectLocation> found = HashMap.newHashMap(rows.size());
    for (Object[] row : rows) {
      found.put(
          Checksum.parse((String) row[0]),
          new ObjectLocation(
              (String) row[1],
              ((Number) row[2]).longValue(),
              ((Number) row[3]).longValue(),
              ((Number) row[4]).longValue()));
    }
    return found;
  }

  /**
   * Records a durable pack and what it holds in one transaction. Objects that another pack brought
   * in the meantime stay there.
   */
  public void record(String packId, long sizeBytes, Map<Checksum, ObjectLocation> objects) {
    List<Map.Entry<Checksum, ObjectLocation>> entries = new ArrayList<>(objects.entrySet());
    database.transact(
        session -> {
          Uni<Void> chain =
              session
                  .createNativeQuery(
                      "insert into pack (id, size_bytes) values (:id, :size) on conflict do nothing")
                  .setParameter("id", packId)
                  .setParameter("size", sizeBytes)
                  .executeUpdate()
                  .replaceWithVoid();
          for (int from = 0; from < entries.size(); from += INSERT_ROWS_MAX) {
            var rows = entries.subList(from, Math.min(entries.size(), from + INSERT_ROWS_MAX));
            chain = chain.flatMap(ignored -> insert(session, packId, rows));
          }
          return chain;
        });
  }

  private static Uni<Void> insert(
      StatelessSession session, String packId, List<Map.Entry<Checksum, ObjectLocation>> rows) {
    int count = rows.size();
    String[] names = new String[count];
    Long[] offsets = new Long[count];
    Long[] stored = new Long[count];
    Long[] lengths = new Long[count];
    for (int i = 0; i < count; i++) {
      ObjectLocation location = rows.get(i).getValue();
      names[i] = rows.get(i).getKey().hex();
      offsets[i] = location.offset();
      stored[i] = location.storedLength();
      lengths[i] = location.length();
    }
    return session
        .createNativeQuery(
            """
            insert into object (checksum, pack_id, frame_offset, stored_bytes, length_bytes)
            select decode(n.name, 'hex'), :pack, n.frame_offset, n.stored, n.length
            from unnest(cast(:names as text[]), cast(:offsets as bigint[]),
              cast(:stored as bigint[]), cast(:lengths as bigint[]))
              as n(name, frame_offset, stored, length)
            on conflict do nothing""")
        .setParameter("pack", packId)
        .setParameter("names", names)
        .setParameter("offsets", offsets)
        .setParameter("stored", stored)
        .setParameter("lengths", lengths)
        .executeUpdate()
        .replaceWithVoid();
  }
}
