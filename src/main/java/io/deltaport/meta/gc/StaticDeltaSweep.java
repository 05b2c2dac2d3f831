package io.deltaport.meta.gc;

import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.util.List;
import org.hibernate.reactive.mutiny.Mutiny.StatelessSession;

/**
 * Static deltas to commits where no ref is any more, unless somebody asked for them; their files
 * are garbage then. Those whose commits are gone went with them. Thread-safe.
 */
@Singleton
public class StaticDeltaSweep extends MarkedSweep {
  StaticDeltaSweep(GcMarks marks) {
    super(marks);
  }

  @Override
  public String kind() {
    return "static-delta";
  }

  @Override
  public String reason() {
    return "no ref is at its target any more";
  }

  @Override
  String lockSql() {
    return """
        select m.repository_id, m.key
        from gc_mark m join static_delta d on d.id = cast(m.key as bigint)
        where m.kind = :kind and m.since <= %s
        order by d.id limit :limit
        for update of d skip locked"""
        .formatted(marks.due());
  }

  @Override
  Uni<Tally> delete(StatelessSession session, List<RowKey> keys) {
    return session
        .createNativeQuery(
            """
            with gone as (
              delete from static_delta d
              using gc_garbage g, unnest(cast(:keys as text[])) as k(key)
              where d.id = cast(k.key as bigint) and g.kind = 'static-delta' and g.key = k.key
              returning d.size_bytes
            )
            select count(*), cast(sum(size_bytes) as bigint) from gone""",
            Object[].class)
        .setParameter("keys", keys(keys))
        .getSingleResult()
        .map(Tally::of);
  }
}
