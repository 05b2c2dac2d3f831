package io.deltaport.meta;

import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.List;
import org.hibernate.reactive.mutiny.Mutiny.StatelessSession;

/** Queries on static deltas. Thread-safe. */
@ApplicationScoped
public class StaticDeltas {

  /**
   * The two ends of a delta: rows of commits.
   *
   * @param source null for a delta from nothing
   */
  public record Pair(Long source, long target) {}

  /**
   * A delta with the names that people know it by.
   *
   * @param id rises with each new delta: the page marker of {@link #list}
   * @param source checksum of the commit that it starts from, null for one from nothing
   * @param sourceRef a ref that is at the source now, or null
   * @param targetRef a ref that is at the target now, or null
   * @param sizeBytes superblock and parts
   * @param fullBytes the objects that it brings, uncompressed
   * @param effort how hard it was made small, or null when nobody knows
   */
  public record Listed(
      long id,
      long repositoryId,
      String repository,
      String source,
      String target,
      String sourceRef,
      String targetRef,
      long sizeBytes,
      long fullBytes,
      int parts,
      String effort,
      Instant createdAt) {}

  /**
   * A file of a delta: the superblock without signatures has the number 0, part n has n + 1.
   *
   * @param digest of the blob
   */
  public record DeltaFile(int number, String digest, long sizeBytes) {}

  private static final String SELECT =
      """
      select d.id, d.repository_id, r.name, encode(s.checksum, 'hex'), encode(t.checksum, 'hex'),
        (select min(f.name) from ostree_ref f where f.commit_id = s.id),
        (select min(f.name) from ostree_ref f where f.commit_id = t.id),
        d.size_bytes, d.full_bytes,
        (select count(*) from static_delta_file p where p.delta_id = d.id and p.number > 0),
        d.effort, d.created_at
      from static_delta d join repository r on r.id = d.repository_id
      join ostree_commit t on t.id = d.target_commit_id
      left join ostree_commit s on s.id = d.source_commit_id
      """;

  private static final String IS_PAIR =
      """
      target_commit_id = :target
      and source_commit_id is not distinct from nullif(cast(:source as bigint), 0)""";

  /** Returns the delta of a pair, or null. */
  public Uni<Listed> find(StatelessSession session, Pair pair) {
    return session
        .createNativeQuery(SELECT + "where " + IS_PAIR, Object[].class)
        .setParameter("source", source(pair))
        .setParameter("target", pair.target())
        .getSingleResultOrNull()
        .map(row -> row == null ? null : listed(row));
  }

  /**
   * Returns the smallest delta between the commits of two images, or null.
   *
   * @param source row of the manifest; 0 for a delta from nothing
   * @param target row of the manifest
   */
  public Uni<Listed> between(StatelessSession session, long source, long target) {
    return session
        .createNativeQuery(
            SELECT
                + """
                where d.target_commit_id in (
                    select commit_id from image_commit where manifest_id = :target)
                  and case when :source = 0 then d.source_commit_id is null
                    else d.source_commit_id in (
                      select commit_id from image_commit where manifest_id = :source) end
                order by d.size_bytes, d.id limit 1""",
            Object[].class)
        .setParameter("source", source)
        .setParameter("target", target)
        .getSingleResultOrNull()
        .map(row -> row == null ? null : listed(row));
  }

  /** Returns the delta, or null. */
  public Uni<Listed> find(StatelessSession session, long id) {
    return session
        .createNativeQuery(SELECT + "where d.id = :id", Object[].class)
        .setParameter("id", id)
        .getSingleResultOrNull()
        .map(row -> row == null ? null : listed(row));
  }

  /** Returns at most {@code limit} deltas after {@code last}; an empty repository means all. */
  public Uni<List<Listed>> list(StatelessSession session, String repository, long last, int limit) {
    return session
        .createNativeQuery(
            SELECT
                + "where (:repository = '' or r.name = :repository) and d.id > :last order by d.id",
            Object[].class)
        .setParameter("repository", repository)
        .setParameter("last", last)
        .setMaxResults(limit)
        .getResultList()
        .map(rows -> rows.stream().map(StaticDeltas::listed).toList());
  }

  /** Returns the files of a delta by their numbers, empty when it is gone. */
  public Uni<List<DeltaFile>> files(StatelessSession session, long id) {
    return session
        .createNativeQuery(
            """
            select number, digest, size_bytes from static_delta_file
            where delta_id = :id order by number""",
            Object[].class)
        .setParameter("id", id)
        .getResultList()
        .map(
            rows ->
                rows.stream()
                    .map(
                        row ->
                            new DeltaFile(
                                ((Number) row[0]).intValue(),
                                (String) row[1],
                                ((Number) row[2]).longValue()))
                    .toList());
  }

  /**
   * Records a delta whose files are recorded blobs; one that was there for the pair is replaced.
   * Returns false when one of the commits is gone.
   */
  public Uni<Boolean> record(
      StatelessSession session,
      Pair pair,
      long sizeBytes,
      long fullBytes,
      String effort,
      List<DeltaFile> files) {
    return session
        .createNativeQuery("delete from static_delta where " + IS_PAIR)
        .setParameter("source", source(pair))
        .setParameter("target", pair.target())
        .executeUpdate()
        .flatMap(ignored -> insert(session, pair, sizeBytes, fullBytes, effort))
        .flatMap(
            id ->
                id == null
                    ? Uni.createFrom().item(false)
                    : insertFiles(session, id, files).replaceWith(true));
  }

  /** The commits stay until the transaction ends, so that no foreign key fails. */
  private static Uni<Long> insert(
      StatelessSession session, Pair pair, long sizeBytes, long fullBytes, String effort) {
    return session
        .createNativeQuery(
            """
            with ends as (
              select id, repository_id from ostree_commit
              where id in (:target, nullif(cast(:source as bigint), 0)) for key share
            )
            insert into static_delta
              (repository_id, source_commit_id, target_commit_id, size_bytes, full_bytes, effort)
            select repository_id, nullif(cast(:source as bigint), 0), id, :size, :full, :effort
            from ends
            where id = :target
              and (select count(*) from ends) = case when cast(:source as bigint) = 0 then 1 else 2 end
            returning id""",
            Long.class)
        .setParameter("source", source(pair))
        .setParameter("target", pair.target())
        .setParameter("size", sizeBytes)
        .setParameter("full", fullBytes)
        .setParameter("effort", effort)
        .getSingleResultOrNull();
  }

  private static Uni<Integer> insertFiles(
      StatelessSession session, long id, List<DeltaFile> files) {
    return session
        .createNativeQuery(
            """
            insert into static_delta_file (delta_id, number, digest, size_bytes)
            select :id, n.number, n.digest, n.size
            from unnest(cast(:numbers as int[]), cast(:digests as text[]),
              cast(:sizes as bigint[])) as n(number, digest, size)""")
        .setParameter("id", id)
        .setParameter("numbers", files.stream().map(DeltaFile::number).toArray(Integer[]::new))
        .setParameter("digests", files.stream().map(DeltaFile::digest).toArray(String[]::new))
        .setParameter("sizes", files.stream().map(DeltaFile::sizeBytes).toArray(Long[]::new))
        .executeUpdate();
  }

  /** Removes a delta and notes that nobody wants it; returns false when there is none. */
  public Uni<Boolean> delete(StatelessSession session, long id) {
    return session
        .createNativeQuery(
            """
            with gone as (
              delete from static_delta where id = :id returning source_commit_id, target_commit_id
            ), noted as (
              insert into static_delta_note (source_commit_id, target_commit_id, wanted)
              select source_commit_id, target_commit_id, false from gone
              on conflict (target_commit_id, coalesce(source_commit_id, 0)) do update
              set wanted = false, noted_at = now()
            )
            select count(*) from gone""",
            Long.class)
        .setParameter("id", id)
        .getSingleResult()
        .map(count -> count > 0);
  }

  /** Notes whether somebody wants the delta of a pair; see {@code static_delta_note}. */
  public Uni<Integer> note(StatelessSession session, Pair pair, boolean wanted) {
    return session
        .createNativeQuery(
            """
            insert into static_delta_note (source_commit_id, target_commit_id, wanted)
            values (nullif(cast(:source as bigint), 0), :target, :wanted)
            on conflict (target_commit_id, coalesce(source_commit_id, 0)) do update
            set wanted = excluded.wanted, noted_at = now()""")
        .setParameter("source", source(pair))
        .setParameter("target", pair.target())
        .setParameter("wanted", wanted)
        .executeUpdate();
  }

  /**
   * Notes that somebody wants the delta of a pair and returns it, which then stays; null when it is
   * still to be made.
   */
  public Uni<Listed> want(StatelessSession session, Pair pair) {
    return note(session, pair, true)
        .flatMap(
            noted ->
                session
                    .createNativeQuery(
                        "select id from static_delta where " + IS_PAIR + " for key share",
                        Long.class)
                    .setParameter("source", source(pair))
                    .setParameter("target", pair.target())
                    .getSingleResultOrNull())
        .flatMap(id -> id == null ? Uni.createFrom().nullItem() : find(session, id));
  }

  /** Returns what was noted about a pair, or null. */
  public Uni<Boolean> noted(StatelessSession session, Pair pair) {
    return session
        .createNativeQuery("select wanted from static_delta_note where " + IS_PAIR, Boolean.class)
        .setParameter("source", source(pair))
        .setParameter("target", pair.target())
        .getSingleResultOrNull();
  }

  /** Zero is no commit's row. */
  private static long source(Pair pair) {
    return pair.source() == null ? 0 : pair.source();
  }

  private static Listed listed(Object[] row) {
    return new Listed(
        ((Number) row[0]).longValue(),
        ((Number) row[1]).longValue(),
        (String) row[2],
        (String) row[3],
        (String) row[4],
        (String) row[5],
        (String) row[6],
        ((Number) row[7]).longValue(),
        ((Number) row[8]).longValue(),
        ((Number) row[9]).intValue(),
        (String) row[10],
        Instants.of(row[11]));
  }
}
