package io.deltaport.meta.gc;

import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import org.hibernate.reactive.mutiny.Mutiny.StatelessSession;

/** How often manifests were pulled, by day in UTC. Thread-safe. */
@ApplicationScoped
public class PullCounts {
  /** Pulls of one manifest since the last time. */
  public record Pulls(String repository, String digest, long count) {}

  /** Adds to today's counts. */
  public Uni<Void> add(StatelessSession session, List<Pulls> pulls) {
    return session
        .createNativeQuery(
            """
            insert into manifest_pull (repository_id, digest, day, pulls)
            select r.id, p.digest, cast(now() at time zone 'utc' as date), p.pulls
            from unnest(cast(:repositories as text[]), cast(:digests as text[]),
              cast(:counts as bigint[])) as p(repository, digest, pulls)
            join repository r on r.name = p.repository
            order by r.id, p.digest
            on conflict (repository_id, digest, day)
            do update set pulls = manifest_pull.pulls + excluded.pulls""")
        .setParameter("repositories", pulls.stream().map(Pulls::repository).toArray(String[]::new))
        .setParameter("digests", pulls.stream().map(Pulls::digest).toArray(String[]::new))
        .setParameter("counts", pulls.stream().map(Pulls::count).toArray(Long[]::new))
        .executeUpdate()
        .replaceWithVoid();
  }

  /** Forgets what is older than so many days; returns how many rows went. */
  public Uni<Integer> prune(StatelessSession session, int days) {
    return session
        .createNativeQuery(
            "delete from manifest_pull where day < cast(now() at time zone 'utc' as date) - "
                + days)
        .executeUpdate();
  }
}
