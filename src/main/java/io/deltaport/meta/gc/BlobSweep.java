package io.deltaport.meta.gc;

import io.deltaport.oci.Digest;
import io.deltaport.store.driver.StoreLayout;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.util.List;
import org.hibernate.reactive.mutiny.Mutiny.StatelessSession;

/**
 * Blobs to which no repository links; their files are unlinked later, and those of their recipes.
 * Thread-safe.
 */
@Singleton
public class BlobSweep extends MarkedSweep {
  BlobSweep(GcMarks marks) {
    super(marks);
  }

  @Override
  public String kind() {
    return "blob";
  }

  @Override
  public String reason() {
    return "no repository links to it";
  }

  // A new link holds the blob with FOR KEY SHARE, by its foreign key.
  @Override
  String lockSql() {
    return """
        select m.repository_id, b.digest from gc_mark m join blob b on b.digest = m.key
        where m.kind = :kind and m.repository_id = 0 and m.since <= %s and b.leased_until <= now()
        order by b.digest limit :limit
        for update of b skip locked"""
        .formatted(marks.due());
  }

  @Override
  Uni<Tally> delete(StatelessSession session, List<RowKey> keys) {
    return session
        .createNativeQuery(
            """
            select digest, size_bytes from blob_recipe
            where digest = any(cast(:keys as text[]))""",
            Object[].class)
        .setParameter("keys", keys(keys))
        .getResultList()
        .flatMap(recipes -> delete(session, keys, recipes));
  }

  private static Uni<Tally> delete(
      StatelessSession session, List<RowKey> keys, List<Object[]> recipes) {
    return session
        .createNativeQuery(
            """
            with gone as (
              delete from blob b using gc_garbage g, unnest(cast(:keys as text[])) as k(key)
              where b.digest = k.key and g.kind = 'blob' and g.key = k.key
                and g.leased_until <= now()
              returning b.digest, b.size_bytes
            )
            select digest, size_bytes from gone""",
            Object[].class)
        .setParameter("keys", keys(keys))
        .getResultList()
        .flatMap(
            rows ->
                GcFiles.mark(session, rows, name -> StoreLayout.blob(Digest.parse(name)))
                    .call(ignored -> markRecipes(session, recipes)));
  }

  /**
   * Their rows went with those of the blobs; a blob that stayed keeps its recipe's file by its row.
   */
  private static Uni<Tally> markRecipes(StatelessSession session, List<Object[]> recipes) {
    return GcFiles.mark(session, recipes, name -> StoreLayout.blobRecipe(Digest.parse(name)));
  }
}
