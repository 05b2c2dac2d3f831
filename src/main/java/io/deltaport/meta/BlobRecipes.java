package io.deltaport.meta;

import io.deltaport.oci.Digest;
import io.deltaport.store.driver.StoreLayout;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import org.hibernate.reactive.mutiny.Mutiny.StatelessSession;

/**
 * Queries on blobs that can be made again, and on those whose files are gone. Thread-safe.
 *
 * <p>A blob without its file needs its blob recipe: whoever takes the recipe's row away marks such
 * a blob as damaged in the same transaction, and whoever lets the file go holds the row meanwhile.
 */
@ApplicationScoped
public class BlobRecipes {
  /** Files that are about to go, or whose blobs may be looked into; d is the blob recipe. */
  private static final String WORK =
      """
      from layer l join blob b on b.digest = l.digest
      left join blob_recipe d on d.digest = l.digest
      where l.diff_id is not null and b.raw and b.damaged_at is null and case
        when d.digest is null then coalesce(l.not_made_by, 0) < :generation
        else not :keepRaw end\s""";

  /**
   * A layer blob that is stored as it was pushed.
   *
   * @param described whether it has a blob recipe
   */
  public record RawLayer(String digest, String diffId, long sizeBytes, boolean described) {}

  /** An image in one of its repositories. */
  public record Image(String repository, String digest) {}

  /**
   * Returns the layers of an image with which something is to be done: described, or let go.
   *
   * @param generation of the kinds that could describe them now
   */
  public Uni<List<RawLayer>> work(
      StatelessSession session, String image, int generation, boolean keepRaw) {
    return session
        .createNativeQuery(
            "select l.digest, l.diff_id, b.size_bytes, d.digest is not null "
                + WORK
                + """
                and l.digest in (
                  select f.digest from manifest m join manifest_reference f on f.manifest_id = m.id
                  where m.digest = :image and f.kind = 'blob')
                order by l.digest""",
            Object[].class)
        .setParameter("generation", generation)
        .setParameter("keepRaw", keepRaw)
        .setParameter("image", image)
        .getResultList()
        .map(
            rows ->
                rows.stream()
                    .map(
                        row ->
                            new RawLayer(
                                (String) row[0],
                                (String) row[1],
                                ((Number) row[2]).longValue(),
                                (Boolean) row[3]))
                    .toList());
  }

  /** Returns at most {@code limit} images that have such layers and no job for them. */
  public Uni<List<Image>> images(
      StatelessSession session, int generation, boolean keepRaw, int limit) {
    return session
        .createNativeQuery(
            """
            select r.name, m.digest from manifest m join repository r on r.id = m.repository_id
            join image_tree t on t.manifest_digest = m.digest
            where m.image and t.commit_checksum is not null and exists (
              select 1 %s and l.digest in (
                select f.digest from manifest_reference f
                where f.manifest_id = m.id and f.kind = 'blob'))
            order by m.id limit :limit"""
                .formatted(WORK),
            Object[].class)
        .setParameter("generation", generation)
        .setParameter("keepRaw", keepRaw)
        .setParameter("limit", (long) limit)
        .getResultList()
        .map(
            rows -> rows.stream().map(row -> new Image((String) row[0], (String) row[1])).toList());
  }

  /**
   * Records a blob recipe whose file is durable and was proved; returns false when the blob or its
   * layer has gone meanwhile.
   */
  public Uni<Boolean> record(
      StatelessSession session, String digest, String diffId, int kind, long sizeBytes) {
    return session
        .createNativeQuery(
            """
            with claim as (
              delete from gc_mark where kind = 'file' and repository_id = 0 and key = :file
            )
            insert into blob_recipe (digest, diff_id, kind, size_bytes)
            select b.digest, l.diff_id, :kind, :size from blob b join layer l using (digest)
            where b.digest = :digest and l.diff_id = :diffId
            on conflict (digest) do update set diff_id = excluded.diff_id, kind = excluded.kind,
              size_bytes = excluded.size_bytes""")
        .setParameter("file", StoreLayout.blobRecipe(Digest.parse(digest)))
        .setParameter("digest", digest)
        .setParameter("diffId", diffId)
        .setParameter("kind", kind)
        .setParameter("size", sizeBytes)
        .executeUpdate()
        .map(count -> count > 0);
  }

  /** Records that none of the kinds can make the blob. */
  public Uni<Integer> recordNotMade(StatelessSession session, String digest, int generation) {
    return session
        .createNativeQuery("update layer set not_made_by = :generation where digest = :digest")
        .setParameter("digest", digest)
        .setParameter("generation", generation)
        .executeUpdate();
  }

  /**
   * Says that a blob is made from its recipe from now on, so that its file may be unlinked; returns
   * false when it has no recipe, or no file as far as is known, or is damaged.
   */
  public Uni<Boolean> letGo(StatelessSession session, String digest) {
    return session
        .createNativeQuery(
            "select digest from blob_recipe where digest = :digest for key share", String.class)
        .setParameter("digest", digest)
        .getSingleResultOrNull()
        .flatMap(found -> found == null ? Uni.createFrom().item(0) : markGone(session, digest))
        .map(count -> count > 0);
  }

  private static Uni<Integer> markGone(StatelessSession session, String digest) {
    return session
        .createNativeQuery(
            """
            with gone as (
              update blob set raw = false
              where digest = :digest and raw and damaged_at is null returning size_bytes
            )
            insert into gc_mark (kind, key, size_bytes) select 'file', :file, size_bytes from gone
            on conflict (kind, repository_id, key) do update set since = now()""")
        .setParameter("digest", digest)
        .setParameter("file", StoreLayout.blob(Digest.parse(digest)))
        .executeUpdate();
  }

  /** Says whether a blob without a file of its own is made from this layer's recipe. */
  public Uni<Boolean> hasCold(StatelessSession session, String diffId) {
    return session
        .createNativeQuery(
            """
            select exists (
              select 1 from blob_recipe r join blob b on b.digest = r.digest
              where r.diff_id = :diffId and not b.raw)""",
            Boolean.class)
        .setParameter("diffId", diffId)
        .getSingleResult();
  }

  /** Says whether the blob's own file is not to be expected, because its recipe makes it. */
  public Uni<Boolean> isGone(StatelessSession session, String digest) {
    return session
        .createNativeQuery(
            """
            select exists (
              select 1 from blob b join blob_recipe d using (digest)
              where b.digest = :digest and not b.raw and b.damaged_at is null)""",
            Boolean.class)
        .setParameter("digest", digest)
        .getSingleResult();
  }

  /**
   * The file of a blob that was pushed again went away at that moment: the blob is made from its
   * recipe. Returns false when it has none, and the push has failed.
   */
  public Uni<Boolean> fileWentAway(StatelessSession session, String digest) {
    return session
        .createNativeQuery(
            "select digest from blob_recipe where digest = :digest for key share", String.class)
        .setParameter("digest", digest)
        .getSingleResultOrNull()
        .flatMap(
            found ->
                found == null
                    ? Uni.createFrom().item(0)
                    : session
                        .createNativeQuery("update blob set raw = false where digest = :digest")
                        .setParameter("digest", digest)
                        .executeUpdate())
        .map(count -> count > 0);
  }

  /** Returns the diff_id of the tar that a blob is made of, or null. */
  public Uni<String> diffId(StatelessSession session, String digest) {
    return session
        .createNativeQuery("select diff_id from blob_recipe where digest = :digest", String.class)
        .setParameter("digest", digest)
        .getSingleResultOrNull();
  }
}
