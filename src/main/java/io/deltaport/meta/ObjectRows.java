package io.deltaport.meta;

import io.deltaport.ostree.Checksum;
import io.deltaport.store.ObjectLocation;
import io.deltaport.store.ObjectLocation.Base;
import io.deltaport.store.Storage;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Rows of the object index: each object, followed by what it is stored against. */
final class ObjectRows {
  /** Bases that are looked for: one has the content, the others are its ancestors. */
  static final int BASES_MAX = ObjectLocation.ANCESTORS_MAX + 1;

  /**
   * Takes :names and :bases, and the SQL expression until when a lease must run. Each base is
   * looked up by itself: PostgreSQL thinks that there are many, and would read the whole table
   * instead.
   */
  static final String CHAINS =
      """
      with recursive chain (root, depth, checksum, pack_id, frame_offset, stored_bytes,
          length_bytes, storage, frame_position, base) as (
        select o.checksum, 0, o.checksum, o.pack_id, o.frame_offset, o.stored_bytes,
          o.length_bytes, o.storage, o.frame_position, o.base
        from unnest(cast(:names as text[])) as n(name)
        join object o on o.checksum = decode(n.name, 'hex')
        union all
        select c.root, c.depth + 1, o.checksum, o.pack_id, o.frame_offset, o.stored_bytes,
          o.length_bytes, o.storage, o.frame_position, o.base
        from chain c cross join lateral (
          select * from object b where b.checksum = c.base offset 0) o
        where c.depth < :bases
      )
      select encode(c.root, 'hex'), encode(c.checksum, 'hex'), c.pack_id, c.frame_offset,
        c.stored_bytes, c.length_bytes, c.storage, c.frame_position, c.base is not null,
        p.leased_until < %s
      from chain c join pack p on p.id = c.pack_id
      order by c.root, c.depth""";

  private ObjectRows() {}

  /**
   * Returns the locations that the rows make up. An object of which a base is missing has none, nor
   * one with more bases than there may be.
   */
  static Map<Checksum, ObjectLocation> locations(List<Object[]> rows) {
    Map<Checksum, ObjectLocation> found = HashMap.newHashMap(rows.size());
    int end = rows.size();
    while (end > 0) {
      String root = (String) rows.get(end - 1)[0];
      int start = end - 1;
      while (start > 0 && root.equals(rows.get(start - 1)[0])) {
        start--;
      }
      ObjectLocation location = chain(rows.subList(start, end));
      if (location != null) {
        found.put(Checksum.parse(root), location);
      }
      end = start;
    }
    return found;
  }

  private static ObjectLocation chain(List<Object[]> rows) {
    if ((Boolean) rows.getLast()[8]) {
      return null;
    }
    Base base = null;
    ObjectLocation location = null;
    for (Object[] row : rows.reversed()) {
      Storage storage = Storage.ofCode(number(row, 6).intValue()).orElseThrow();
      if (base != null && !base.location().canBeBase(storage)) {
        return null;
      }
      location = location(row, storage, base);
      base = new Base(Checksum.parse((String) row[1]), location);
    }
    return location;
  }

  private static ObjectLocation location(Object[] row, Storage storage, Base base) {
    return new ObjectLocation(
        (String) row[2],
        number(row, 3).longValue(),
        number(row, 4).longValue(),
        number(row, 5).longValue(),
        storage,
        number(row, 7).longValue(),
        base);
  }

  private static Number number(Object[] row, int at) {
    return (Number) row[at];
  }

  static String pack(Object[] row) {
    return (String) row[2];
  }

  static boolean isLeaseDue(Object[] row) {
    return (Boolean) row[9];
  }
}
