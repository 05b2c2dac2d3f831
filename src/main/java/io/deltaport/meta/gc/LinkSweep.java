package io.deltaport.meta.gc;

import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.util.List;
import org.hibernate.reactive.mutiny.Mutiny.StatelessSession;

/** Links to blobs that no manifest of the repository names. Thread-safe. */
@Singleton
public class LinkSweep extends MarkedSweep {
  LinkSweep(GcMarks marks) {
    super(marks);
  }

  @Override
  public String kind() {
    return "blob-link";
  }

  @Override
  public String reason() {
    return "no manifest of the repository names the blob";
  }

  // Whoever puts a manifest holds the link with FOR KEY SHARE until the manifest is committed, and
  // whoever renews a lease holds the blob.
  @Override
  String lockSql() {
    return """
        select l.repository_id, l.digest
        from gc_mark m
        join repository_blob l on l.repository_id = m.repository_id and l.digest = m.key
        join blob b on b.digest = l.digest
        where m.kind = :kind and m.since <= %s and b.leased_until <= now()
        order by l.digest, l.repository_id limit :limit
        for update of l, b skip locked"""
        .formatted(marks.due());
  }

  /** The blob has been garbage for as long as its last link was. */
  @Override
  Uni<Tally> delete(StatelessSession session, List<RowKey> keys) {
    return session
        .createNativeQuery(
            """
            with gone as (
              delete from repository_blob l
              using gc_garbage g,
                unnest(cast(:repositories as bigint[]), cast(:keys as text[]))
                  as k(repository_id, key)
              where l.repository_id = k.repository_id and l.digest = k.key
                and g.kind = 'blob-link' and g.repository_id = k.repository_id and g.key = k.key
                and g.leased_until <= now()
              returning l.repository_id, l.digest, g.size_bytes
            ), blobs as (
              insert into gc_mark (kind, key, size_bytes, since)
              select 'blob', gone.digest, gone.size_bytes, max(m.since)
              from gone join gc_mark m on m.kind = 'blob-link'
                and m.repository_id = gone.repository_id and m.key = gone.digest
              group by gone.digest, gone.size_bytes
              on conflict do nothing
            )
            select count(*), cast(0 as bigint) from gone""",
            Object[].class)
        .setParameter("repositories", repositories(keys))
        .setParameter("keys", keys(keys))
        .getSingleResult()
        .map(Tally::of);
  }
}
