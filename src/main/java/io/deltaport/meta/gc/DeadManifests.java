package io.deltaport.meta.gc;

import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import org.hibernate.reactive.mutiny.Mutiny.StatelessSession;

/** Deletes manifests that were found to be of no use, unless they are now. Thread-safe. */
@ApplicationScoped
public class DeadManifests {

  /**
   * Deletes those of the manifests that have no tag, no index and no lease; one that another
   * transaction has locked stays for the next run.
   *
   * @return how many went, with the bytes of the manifests themselves
   */
  Uni<Tally> delete(StatelessSession session, Long[] ids) {
    return lock(session, ids, "skip locked").flatMap(locked -> deleteLocked(session, locked, true));
  }

  /**
   * Deletes those of the artifacts of deltas that have no tag and no index. Their deltas are gone,
   * so nothing would come back for one that is locked: it is waited for.
   */
  Uni<Tally> deleteArtifacts(StatelessSession session, Long[] ids) {
    return lock(session, ids, "").flatMap(locked -> deleteLocked(session, locked, false));
  }

  private static Uni<List<Long>> lock(StatelessSession session, Long[] ids, String otherwise) {
    return session
        .createNativeQuery(
            "select id from manifest where id = any(cast(:ids as bigint[])) order by id for update "
                + otherwise,
            Long.class)
        .setParameter("ids", ids)
        .getResultList();
  }

  private static Uni<Tally> deleteLocked(
      StatelessSession session, List<Long> locked, boolean respectLeases) {
    return session
        .createNativeQuery(
            """
            with gone as (
              delete from manifest m
              where m.id = any(cast(:ids as bigint[]))
                and (not :leases or m.leased_until <= now())
                and not exists (select 1 from tag t where t.manifest_id = m.id)
                and not exists (
                  select 1 from manifest_reference f join manifest p on p.id = f.manifest_id
                  where f.kind = 'manifest' and f.digest = m.digest
                    and p.repository_id = m.repository_id)
              returning octet_length(m.content) as size_bytes
            )
            select count(*), cast(sum(size_bytes) as bigint) from gone""",
            Object[].class)
        .setParameter("ids", locked.toArray(Long[]::new))
        .setParameter("leases", respectLeases)
        .getSingleResult()
        .map(Tally::of);
  }
}
