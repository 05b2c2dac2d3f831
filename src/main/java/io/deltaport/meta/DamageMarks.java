package io.deltaport.meta;

import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Map;
import org.hibernate.reactive.mutiny.Mutiny.StatelessSession;

/**
 * Takes damaged things out of use, and puts them back. Thread-safe. All of it may be done twice.
 *
 * <p>Blobs and manifests keep their rows with a mark, so that links and tags stay and a push of the
 * same digest heals them. Objects and recipes lose their rows: absorbing makes them again. Blobs
 * that were made from them and have no file of their own are damaged then.
 */
@ApplicationScoped
public class DamageMarks {

  /** Marks a blob as damaged; returns false when it has no row any more. */
  public Uni<Boolean> markBlob(StatelessSession session, String digest) {
    return run(
            session,
            "update blob set damaged_at = coalesce(damaged_at, now()) where digest = :digest",
            Map.of("digest", digest))
        .call(
            ignored ->
                // What was found out about the damaged bytes says nothing about the good ones.
                run(
                    session,
                    """
                    delete from image_tree t where t.reason is not null and exists (
                      select 1 from manifest m join manifest_reference f on f.manifest_id = m.id
                      where m.digest = t.manifest_digest and f.digest = :digest)""",
                    Map.of("digest", digest)))
        .call(
            ignored ->
                run(
                    session,
                    "delete from layer where digest = :digest and reason is not null",
                    Map.of("digest", digest)))
        .map(count -> count > 0);
  }

  /** Lets a blob be seen again whose file is whole. */
  public Uni<Integer> unmarkBlob(StatelessSession session, String digest) {
    return run(
        session,
        "update blob set damaged_at = null where digest = :digest",
        Map.of("digest", digest));
  }

  /** Lets a blob be seen again whose file was written just now. */
  public Uni<Integer> restoreBlob(StatelessSession session, String digest) {
    return run(
        session,
        "update blob set damaged_at = null, raw = true where digest = :digest",
        Map.of("digest", digest));
  }

  /**
   * Takes a blob recipe out of use. A blob whose file is gone is damaged by that, and is looked at
   * next: there may be a copy of it somewhere.
   *
   * @return false when it had no row any more
   */
  public Uni<Boolean> dropBlobRecipe(StatelessSession session, String digest) {
    return dropBlobRecipes(session, "digest = :key", digest).map(count -> count > 0);
  }

  private static Uni<Integer> dropBlobRecipes(StatelessSession session, String which, String key) {
    Map<String, Object> parameters = Map.of("key", key);
    return session
        // Whoever lets a blob's file go holds the row: afterwards it is seen which files are gone.
        .createNativeQuery(
            "select digest from blob_recipe where " + which + " for update", String.class)
        .setParameter("key", key)
        .getResultList()
        .flatMap(
            ignored ->
                run(
                    session,
                    """
                    with lost as (
                      update blob set damaged_at = coalesce(damaged_at, now())
                      where not raw and digest in (select digest from blob_recipe where %s)
                      returning digest)
                    insert into scrub_suspect (kind, name) select 'blob', digest from lost
                    on conflict do nothing"""
                        .formatted(which),
                    parameters))
        .flatMap(ignored -> run(session, "delete from blob_recipe where " + which, parameters));
  }

  /** Marks a manifest as damaged; returns false when it has no row any more. */
  public Uni<Boolean> markManifest(StatelessSession session, long id) {
    return run(
            session,
            "update manifest set damaged_at = coalesce(damaged_at, now()) where id = :id",
            Map.of("id", id))
        .map(count -> count > 0);
  }

  /** Gives a manifest its right bytes and lets it be seen again. */
  public Uni<Integer> restoreManifest(StatelessSession session, long id, byte[] content) {
    return run(
        session,
        "update manifest set content = :content, damaged_at = null where id = :id",
        Map.of("id", id, "content", content));
  }

  /**
   * Marks a pack as damaged and takes its objects out of use, with all trees that may need them;
   * what is to be restored is noted under the finding. Recipes that may need them are to be looked
   * at next.
   */
  public Uni<Integer> dropPack(StatelessSession session, String pack, long finding) {
    return runAll(
            session,
            Map.of("pack", pack, "finding", finding),
            List.of(
                """
            with gone as (delete from object where pack_id = :pack returning checksum)
            insert into scrub_lost_object (checksum, finding_id)
            select checksum, :finding from gone
            on conflict (checksum) do update set finding_id = excluded.finding_id""",
                // A tree may need objects of any pack that was there before it.
                """
            with gone as (
              delete from image_tree t using pack p
              where p.id = :pack and t.commit_checksum is not null
                and t.created_at >= p.created_at
              returning t.manifest_digest)
            insert into scrub_repair (finding_id, kind, digest)
            select :finding, 'tree', manifest_digest from gone on conflict do nothing"""))
        .call(
            ignored ->
                run(
                    session,
                    """
                    insert into scrub_suspect (kind, name)
                    select 'recipe', r.diff_id from recipe r
                    where not r.packs_known or exists (
                      select 1 from recipe_pack u
                      where u.diff_id = r.diff_id and u.pack_id = :pack)
                    on conflict do nothing""",
                    Map.of("pack", pack)))
        .call(
            ignored ->
                run(
                    session,
                    "update pack set damaged_at = coalesce(damaged_at, now()) where id = :pack",
                    Map.of("pack", pack)));
  }

  /** Lets a pack be used again whose file is whole. */
  public Uni<Integer> unmarkPack(StatelessSession session, String pack) {
    return run(session, "update pack set damaged_at = null where id = :pack", Map.of("pack", pack));
  }

  /**
   * Takes a recipe out of use, with its layers and their images' trees; what is to be restored is
   * noted under the finding.
   *
   * @return false when the recipe had no row any more
   */
  public Uni<Boolean> dropRecipe(StatelessSession session, String diffId, long finding) {
    return runAll(
            session,
            Map.of("diffId", diffId, "finding", finding),
            List.of(
                """
                with gone as (
                  delete from image_tree t where exists (
                    select 1 from layer l join manifest_reference f on f.digest = l.digest
                    join manifest m on m.id = f.manifest_id
                    where l.diff_id = :diffId and m.digest = t.manifest_digest)
                  returning t.manifest_digest)
                insert into scrub_repair (finding_id, kind, digest)
                select :finding, 'tree', manifest_digest from gone on conflict do nothing""",
                """
                with gone as (delete from layer where diff_id = :diffId returning digest)
                insert into scrub_repair (finding_id, kind, digest)
                select :finding, 'layer', digest from gone on conflict do nothing"""))
        .call(ignored -> dropBlobRecipes(session, "diff_id = :key", diffId))
        .flatMap(
            ignored ->
                run(
                    session,
                    "delete from recipe where diff_id = :diffId",
                    Map.of("diffId", diffId)))
        .map(count -> count > 0);
  }

  private static Uni<Integer> runAll(
      StatelessSession session, Map<String, Object> parameters, List<String> statements) {
    Uni<Integer> chain = Uni.createFrom().item(0);
    for (String statement : statements) {
      chain = chain.flatMap(ignored -> run(session, statement, parameters));
    }
    return chain;
  }

  private static Uni<Integer> run(
      StatelessSession session, String statement, Map<String, Object> parameters) {
    var query = session.createNativeQuery(statement);
    for (Map.Entry<String, Object> parameter : parameters.entrySet()) {
      query = query.setParameter(parameter.getKey(), parameter.getValue());
    }
    return query.executeUpdate();
  }
}
