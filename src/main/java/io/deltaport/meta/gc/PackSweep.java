package io.deltaport.meta.gc;

import io.deltaport.store.driver.StoreLayout;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import org.hibernate.reactive.mutiny.Mutiny.StatelessSession;

/**
 * Packs of whose objects no recipe, tree or imported commit needs one; their files are unlinked
 * later. Thread-safe.
 *
 * <p>As long as it is not known of each of these which packs it needs, no pack goes. Whoever was
 * told by the object index that an object exists has a lease on its pack.
 */
@ApplicationScoped
public class PackSweep implements Sweep {
  /** A pack has tens of thousands of objects, so a transaction takes few packs. */
  private static final int BATCH_PACKS = 8;

  private static final String DEAD =
      """
      from pack p
      where not exists (select 1 from recipe_pack u where u.pack_id = p.id)
        and not exists (select 1 from tree_pack u where u.pack_id = p.id)
        and not exists (select 1 from commit_pack u where u.pack_id = p.id)
        and not exists (select 1 from recipe where not packs_known)
        and not exists (select 1 from image_tree
          where commit_checksum is not null and not packs_known)
        and not exists (select 1 from ostree_commit
          where manifest_id is null and not packs_known)
        and p.leased_until\s""";

  @Override
  public String kind() {
    return "pack";
  }

  @Override
  public String reason() {
    return "no recipe, tree or imported commit needs one of its objects";
  }

  @Override
  public Uni<Batch> sweep(StatelessSession session) {
    return session
        .createNativeQuery(
            "select p.id "
                + DEAD
                + "<= now() order by p.id limit :limit for update of p skip locked",
            String.class)
        .setParameter("limit", (long) BATCH_PACKS)
        .getResultList()
        .flatMap(
            locked ->
                locked.isEmpty()
                    ? Uni.createFrom().item(new Batch(Tally.NONE, false))
                    : delete(session, locked)
                        .map(swept -> new Batch(swept, locked.size() == BATCH_PACKS)));
  }

  private static Uni<Tally> delete(StatelessSession session, List<String> locked) {
    return session
        .createNativeQuery(
            "select p.id " + DEAD + "<= now() and p.id = any(cast(:locked as text[]))",
            String.class)
        .setParameter("locked", locked.toArray(String[]::new))
        .getResultList()
        .flatMap(
            dead ->
                dead.isEmpty()
                    ? Uni.createFrom().item(Tally.NONE)
                    : deleteDead(session, dead.toArray(String[]::new)));
  }

  /** What is stored against one of these objects is not needed either: it would need the pack. */
  private static Uni<Tally> deleteDead(StatelessSession session, String[] dead) {
    return session
        .createNativeQuery(
            """
            delete from object where checksum in (
              with recursive lost (checksum) as (
                select checksum from object where pack_id = any(cast(:dead as text[]))
                union
                select o.checksum from lost l cross join lateral (
                  select * from object b where b.base = l.checksum offset 0) o
              )
              select checksum from lost)""")
        .setParameter("dead", dead)
        .executeUpdate()
        .flatMap(
            ignored ->
                session
                    .createNativeQuery(
                        """
                        with gone as (
                          delete from pack where id = any(cast(:dead as text[]))
                          returning id, size_bytes
                        )
                        select id, size_bytes from gone""",
                        Object[].class)
                    .setParameter("dead", dead)
                    .getResultList())
        .flatMap(rows -> GcFiles.mark(session, rows, StoreLayout::pack));
  }

  @Override
  public Uni<Tally> due(StatelessSession session) {
    return count(session, "<= now()");
  }

  @Override
  public Uni<Tally> waiting(StatelessSession session) {
    return count(session, "> now()");
  }

  private static Uni<Tally> count(StatelessSession session, String lease) {
    return session
        .createNativeQuery(
            "select count(*), cast(sum(p.size_bytes) as bigint) " + DEAD + lease, Object[].class)
        .getSingleResult()
        .map(Tally::of);
  }
}
