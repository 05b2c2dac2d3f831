package io.deltaport.meta.gc;

import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import org.hibernate.reactive.mutiny.Mutiny.StatelessSession;

/** Recipes that rebuild no layer that is stored; their files are unlinked later. Thread-safe. */
@ApplicationScoped
public class RecipeSweep implements Sweep {
  private static final String DEAD =
      """
      from recipe r where not exists (select 1 from layer l where l.diff_id = r.diff_id)
        and not exists (select 1 from blob_recipe b where b.diff_id = r.diff_id)\s""";

  @Override
  public String kind() {
    return "recipe";
  }

  @Override
  public String reason() {
    return "no layer is rebuilt from it";
  }

  // A new layer holds its recipe with FOR KEY SHARE, by its foreign key.
  @Override
  public Uni<Batch> sweep(StatelessSession session) {
    return session
        .createNativeQuery(
            "select r.diff_id "
                + DEAD
                + " order by r.diff_id limit :limit for update of r skip locked",
            String.class)
        .setParameter("limit", (long) BATCH_ROWS)
        .getResultList()
        .flatMap(
            locked ->
                locked.isEmpty()
                    ? Uni.createFrom().item(new Batch(Tally.NONE, false))
                    : delete(session, locked)
                        .map(swept -> new Batch(swept, locked.size() == BATCH_ROWS)));
  }

  private static Uni<Tally> delete(StatelessSession session, List<String> locked) {
    return session
        .createNativeQuery(
            """
            with dead as (
              select r.diff_id %s and r.diff_id = any(cast(:locked as text[]))
            ), packs as (
              update pack set dead_bytes = null where id in (
                select pack_id from recipe_pack where diff_id in (select diff_id from dead))
            ), gone as (
              delete from recipe where diff_id in (select diff_id from dead)
              returning store_key, size_bytes
            )
            select store_key, size_bytes from gone"""
                .formatted(DEAD),
            Object[].class)
        .setParameter("locked", locked.toArray(String[]::new))
        .getResultList()
        .flatMap(rows -> GcFiles.mark(session, rows, key -> key));
  }

  @Override
  public Uni<Tally> due(StatelessSession session) {
    return session
        .createNativeQuery(
            "select count(*), cast(sum(r.size_bytes) as bigint) " + DEAD, Object[].class)
        .getSingleResult()
        .map(Tally::of);
  }

  @Override
  public Uni<Tally> waiting(StatelessSession session) {
    return Uni.createFrom().item(Tally.NONE);
  }
}
