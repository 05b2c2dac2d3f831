package io.deltaport.meta;

import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.hibernate.reactive.mutiny.Mutiny.StatelessSession;

/** Queries on what became of layer blobs. Thread-safe. */
@ApplicationScoped
public class Layers {

  /**
   * A layer blob that was looked into.
   *
   * @param digest the blob
   * @param diffId digest of its uncompressed tar, or null when it is opaque
   * @param recipeKey where the recipe is stored, or null when it is opaque
   * @param tarBytes length of the uncompressed tar, 0 when it is opaque
   * @param reason why it is opaque, or null when it was absorbed
   */
  public record Layer(
      String digest, String diffId, String recipeKey, long tarBytes, String reason) {
    /** Says whether a recipe exists. */
    public boolean absorbed() {
      return diffId != null;
    }
  }

  /** Returns by digest those of {@code digests} that were looked into. */
  public Uni<Map<String, Layer>> find(StatelessSession session, Collection<String> digests) {
    if (digests.isEmpty()) {
      return Uni.createFrom().item(Map.of());
    }
    return session
        .createNativeQuery(
            """
            select l.digest, l.diff_id, r.store_key, coalesce(r.tar_bytes, 0), l.reason
            from layer l left join recipe r on r.diff_id = l.diff_id
            where l.digest in (:digests)""",
            Object[].class)
        .setParameter("digests", List.copyOf(digests))
        .getResultList()
        .map(
            rows -> {
              Map<String, Layer> found = new HashMap<>();
              for (Object[] row : rows) {
                found.put(
                    (String) row[0],
                    new Layer(
                        (String) row[0],
                        (String) row[1],
                        (String) row[2],
                        ((Number) row[3]).longValue(),
                        (String) row[4]));
              }
              return found;
            });
  }

  /** Records a durable recipe and that the blob rebuilds from it. */
  public Uni<Void> recordAbsorbed(
      StatelessSession session, Layer layer, long recipeBytes, long entries) {
    return session
        .createNativeQuery(
            """
            insert into recipe (diff_id, store_key, size_bytes, tar_bytes, entries)
            values (:diffId, :key, :size, :tar, :entries)
            on conflict (diff_id) do update set size_bytes = excluded.size_bytes""")
        .setParameter("diffId", layer.diffId())
        .setParameter("key", layer.recipeKey())
        .setParameter("size", recipeBytes)
        .setParameter("tar", layer.tarBytes())
        .setParameter("entries", entries)
        .executeUpdate()
        .flatMap(
            ignored ->
                session
                    .createNativeQuery(
                        """
                        insert into layer (digest, diff_id) values (:digest, :diffId)
                        on conflict (digest) do update
                        set diff_id = excluded.diff_id, reason = null""")
                    .setParameter("digest", layer.digest())
                    .setParameter("diffId", layer.diffId())
                    .executeUpdate())
        .replaceWithVoid();
  }

  /** Records that the blob stays as it is, with the reason for people. */
  public Uni<Void> recordOpaque(StatelessSession session, String digest, String reason) {
    return session
        .createNativeQuery(
            """
            insert into layer (digest, reason) values (:digest, :reason)
            on conflict do nothing""")
        .setParameter("digest", digest)
        .setParameter("reason", reason)
        .executeUpdate()
        .replaceWithVoid();
  }
}
