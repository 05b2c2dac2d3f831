package io.deltaport.meta.gc;

import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.util.List;
import org.hibernate.reactive.mutiny.Mutiny.StatelessSession;

/** Trees of images that no repository has any more. Thread-safe. */
@Singleton
public class TreeSweep extends MarkedSweep {
  TreeSweep(GcMarks marks) {
    super(marks);
  }

  @Override
  public String kind() {
    return "image-tree";
  }

  @Override
  public String reason() {
    return "no repository has the image";
  }

  @Override
  String lockSql() {
    return """
        select m.repository_id, t.manifest_digest
        from gc_mark m join image_tree t on t.manifest_digest = m.key
        where m.kind = :kind and m.repository_id = 0 and m.since <= %s
        order by t.manifest_digest limit :limit
        for update of t skip locked"""
        .formatted(marks.due());
  }

  @Override
  Uni<Tally> delete(StatelessSession session, List<RowKey> keys) {
    return session
        .createNativeQuery(
            """
            with dead as (
              select g.key from gc_garbage g
              where g.kind = 'image-tree' and g.key = any(cast(:keys as text[]))
            ), packs as (
              update pack set dead_bytes = null where id in (
                select pack_id from tree_pack where manifest_digest in (select key from dead))
            ), gone as (
              delete from image_tree where manifest_digest in (select key from dead)
              returning manifest_digest
            )
            select count(*), cast(0 as bigint) from gone""",
            Object[].class)
        .setParameter("keys", keys(keys))
        .getSingleResult()
        .map(Tally::of);
  }
}
