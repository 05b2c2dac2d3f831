package io.deltaport.meta;

import io.deltaport.layer.blob.BlobRecipe;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import org.hibernate.reactive.mutiny.Mutiny.StatelessSession;

/** Writes the rows of blob recipes again. Thread-safe. All of it may be done twice. */
@ApplicationScoped
public class BlobRecipeRestoration {
  /** Says whether a blob recipe has a row. */
  public Uni<Boolean> isKnown(StatelessSession session, String digest) {
    return session
        .createNativeQuery(
            "select exists (select 1 from blob_recipe where digest = :digest)", Boolean.class)
        .setParameter("digest", digest)
        .getSingleResult();
  }

  /**
   * Writes the row of a blob recipe whose file is there and can be read; returns 0 when its blob or
   * the recipe of its tar has no row.
   */
  public Uni<Integer> restore(StatelessSession session, BlobRecipe recipe, long sizeBytes) {
    return session
        .createNativeQuery(
            """
            insert into blob_recipe (digest, diff_id, kind, size_bytes)
            select b.digest, r.diff_id, :kind, :size from blob b, recipe r
            where b.digest = :digest and r.diff_id = :diffId
            on conflict (digest) do nothing""")
        .setParameter("digest", recipe.blob().toString())
        .setParameter("diffId", recipe.diffId().toString())
        .setParameter("kind", recipe.kind().code())
        .setParameter("size", sizeBytes)
        .executeUpdate();
  }

  /** Returns how many blobs have no file and no row that tells how they are made. */
  public Uni<Long> countLost(StatelessSession session) {
    return session
        .createNativeQuery(
            """
            select count(*) from blob b
            where not b.raw and b.damaged_at is null
              and not exists (select 1 from blob_recipe d where d.digest = b.digest)""",
            Long.class)
        .getSingleResult();
  }

  /** Returns at most {@code limit} blobs with a recipe whose rows say that they have files, too. */
  public Uni<List<String>> rawWithRecipe(StatelessSession session, String last, int limit) {
    return session
        .createNativeQuery(
            """
            select b.digest from blob b join blob_recipe d on d.digest = b.digest
            where b.raw and b.digest > :last order by b.digest""",
            String.class)
        .setParameter("last", last)
        .setMaxResults(limit)
        .getResultList();
  }

  /** Notes that a blob has no file and is made from its recipe. */
  public Uni<Integer> markCold(StatelessSession session, String digest) {
    return session
        .createNativeQuery(
            "update blob set raw = false, damaged_at = null where digest = :digest and raw")
        .setParameter("digest", digest)
        .executeUpdate();
  }
}
