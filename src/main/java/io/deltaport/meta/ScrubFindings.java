package io.deltaport.meta;

import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.List;
import org.hibernate.reactive.mutiny.Mutiny.StatelessSession;

/**
 * What the scrub has found wrong. Thread-safe.
 *
 * <p>There is one open finding about a thing at most; a later pass that meets the same damage takes
 * it over. It is settled when the thing is whole again or gone.
 */
@ApplicationScoped
public class ScrubFindings {

  /**
   * Something that is wrong.
   *
   * @param kind what it is about, such as {@code blob} or {@code pack}
   * @param name a digest; of a pack its 64 digits
   * @param repository empty where the thing belongs to none
   * @param damage {@code changed}, {@code cut}, {@code missing}, {@code unreadable} or {@code
   *     dangling}
   * @param detail for people
   */
  public record Damage(String kind, String name, String repository, String damage, String detail) {}

  /**
   * A finding.
   *
   * @param run the pass that met it last, 0 when a reader did
   * @param quarantineKey where the damaged file was moved, or null
   * @param outcome {@code repairing}, {@code repaired}, {@code awaiting push}, {@code lost}, {@code
   *     unreadable} or {@code gone}
   * @param settledAt null while it is open
   */
  public record Finding(
      long id,
      long run,
      Damage damage,
      String quarantineKey,
      String outcome,
      Instant foundAt,
      Instant settledAt) {}

  /** How many open findings there are of a kind and an outcome. */
  public record OpenCount(String kind, String outcome, long count) {}

  private static final String SELECT =
      """
      select id, run_id, kind, name, repository, damage, detail, quarantine_key, outcome, found_at,
        settled_at
      from scrub_finding
      """;

  /** Records damage and returns the number of its finding; run 0 stands for none. */
  public Uni<Long> open(StatelessSession session, long run, Damage damage) {
    return session
        .createNativeQuery(
            """
            insert into scrub_finding (run_id, kind, name, repository, damage, detail, outcome)
            values (nullif(:run, 0), :kind, :name, :repository, :damage, :detail, 'repairing')
            on conflict (kind, name, repository) where settled_at is null
            do update set run_id = coalesce(excluded.run_id, scrub_finding.run_id)""")
        .setParameter("run", run)
        .setParameter("kind", damage.kind())
        .setParameter("name", damage.name())
        .setParameter("repository", damage.repository())
        .setParameter("damage", damage.damage())
        .setParameter("detail", damage.detail())
        .executeUpdate()
        .flatMap(ignored -> openId(session, damage));
  }

  private static Uni<Long> openId(StatelessSession session, Damage damage) {
    return session
        .createNativeQuery(
            """
            select id from scrub_finding
            where kind = :kind and name = :name and repository = :repository
              and settled_at is null""",
            Long.class)
        .setParameter("kind", damage.kind())
        .setParameter("name", damage.name())
        .setParameter("repository", damage.repository())
        .getSingleResult();
  }

  /** Notes where the damaged file is kept. */
  public Uni<Integer> quarantined(StatelessSession session, long id, String key) {
    return session
        .createNativeQuery("update scrub_finding set quarantine_key = :key where id = :id")
        .setParameter("id", id)
        .setParameter("key", key)
        .executeUpdate();
  }

  /** Notes what became of it; {@code repaired} and {@code gone} settle it. */
  public Uni<Integer> outcome(StatelessSession session, long id, String outcome) {
    return session
        .createNativeQuery(
            """
            update scrub_finding set outcome = :outcome,
              settled_at = case when :outcome in ('repaired', 'gone') then now() end
            where id = :id""")
        .setParameter("id", id)
        .setParameter("outcome", outcome)
        .executeUpdate();
  }

  /**
   * Returns at most {@code limit} open findings after {@code last}, oldest first; an empty outcome
   * means every one.
   */
  public Uni<List<Finding>> open(StatelessSession session, String outcome, long last, int limit) {
    return session
        .createNativeQuery(
            SELECT
                + """
                where settled_at is null and (:outcome = '' or outcome = :outcome) and id > :last
                order by id""",
            Object[].class)
        .setParameter("outcome", outcome)
        .setParameter("last", last)
        .setMaxResults(limit)
        .getResultList()
        .map(rows -> rows.stream().map(ScrubFindings::finding).toList());
  }

  /** Returns at most {@code limit} open findings of a kind of damage, oldest first. */
  public Uni<List<Finding>> ofDamage(StatelessSession session, String damage, int limit) {
    return session
        .createNativeQuery(
            SELECT + "where settled_at is null and damage = :damage order by id", Object[].class)
        .setParameter("damage", damage)
        .setMaxResults(limit)
        .getResultList()
        .map(rows -> rows.stream().map(ScrubFindings::finding).toList());
  }

  /** Returns at most {@code limit} findings of a pass, or of all (0), after {@code last}. */
  public Uni<List<Finding>> list(StatelessSession session, long run, long last, int limit) {
    return session
        .createNativeQuery(
            SELECT + "where (:run = 0 or run_id = :run) and id > :last order by id", Object[].class)
        .setParameter("run", run)
        .setParameter("last", last)
        .setMaxResults(limit)
        .getResultList()
        .map(rows -> rows.stream().map(ScrubFindings::finding).toList());
  }

  /** Counts open findings. */
  public Uni<List<OpenCount>> openCounts(StatelessSession session) {
    return session
        .createNativeQuery(
            """
            select kind, outcome, count(*) from scrub_finding where settled_at is null
            group by kind, outcome""",
            Object[].class)
        .getResultList()
        .map(
            rows ->
                rows.stream()
                    .map(
                        row ->
                            new OpenCount(
                                (String) row[0], (String) row[1], ((Number) row[2]).longValue()))
                    .toList());
  }

  private static Finding finding(Object[] row) {
    return new Finding(
        ((Number) row[0]).longValue(),
        row[1] == null ? 0 : ((Number) row[1]).longValue(),
        new Damage(
            (String) row[2], (String) row[3], (String) row[4], (String) row[5], (String) row[6]),
        (String) row[7],
        (String) row[8],
        Instants.of(row[9]),
        row[10] == null ? null : Instants.of(row[10]));
  }
}
