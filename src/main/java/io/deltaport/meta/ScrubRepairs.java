package io.deltaport.meta;

import io.deltaport.ostree.Checksum;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import org.hibernate.reactive.mutiny.Mutiny.StatelessSession;

/** Queries on the work that restores what findings are about. Thread-safe. */
@ApplicationScoped
public class ScrubRepairs {

  /**
   * A piece of such work.
   *
   * @param kind {@code layer}, {@code tree}, {@code delta} or {@code static-delta}
   * @param digest the layer blob, the image manifest, the delta's artifact, or the name of the
   *     static delta
   * @param place the images or commits of a delta, else null
   * @param state how far it is
   */
  public record Repair(long finding, String kind, String digest, Place place, State state) {}

  /**
   * How far a piece of work is.
   *
   * @param asked whether a job was asked for
   * @param active whether that job has not ended
   * @param restored whether it is done, by this job or otherwise
   * @param needed whether anything needs it still
   * @param ready whether what it is made from is whole, as far as is known
   */
  public record State(
      boolean asked, boolean active, boolean restored, boolean needed, boolean ready) {}

  /**
   * An image in one of its repositories, or two images or commits between which a delta goes; a
   * static delta may have no source.
   */
  public record Place(String repository, String source, String target) {}

  /** A delta whose artifact names a blob. */
  public record DamagedDelta(Place place, String artifact) {}

  /** An image none of whose blobs is known to be damaged; its manifest is m. */
  private static final String WHOLE =
      """
      m.image and m.damaged_at is null and not exists (
        select 1 from manifest_reference w join blob b on b.digest = w.digest
        where w.manifest_id = m.id and b.damaged_at is not null)
      """;

  /** An image that has the layer, or is the manifest, of a repair p. */
  private static final String OF_REPAIR =
      """
      (m.digest = p.digest or exists (
        select 1 from manifest_reference f where f.manifest_id = m.id and f.digest = p.digest))
      """;

  /** The images of a delta p. */
  private static final String OF_DELTA =
      "r.name = p.repository and m.digest in (p.source, p.target)";

  /** The commits of a static delta p, and how many of them there must be. */
  private static final String COMMITS =
      """
      (select count(*) from ostree_commit c join repository r on r.id = c.repository_id
        where r.name = p.repository and encode(c.checksum, 'hex') in (p.source, p.target))
      >= case when p.source is null then 1 else 2 end
      """;

  private static final String SELECT =
      """
      select p.kind, p.digest, p.repository, p.source, p.target, p.job_id is not null,
        coalesce(j.state in ('queued', 'running'), false),
        case p.kind
          when 'layer' then exists (select 1 from layer l where l.digest = p.digest)
          when 'tree' then exists (
            select 1 from image_tree t where t.manifest_digest = p.digest)
          when 'static-delta' then exists (
            select 1 from static_delta d join repository r on r.id = d.repository_id
            join ostree_commit t on t.id = d.target_commit_id
            left join ostree_commit s on s.id = d.source_commit_id
            where r.name = p.repository and encode(t.checksum, 'hex') = p.target
              and encode(s.checksum, 'hex') is not distinct from p.source)
          else exists (
            select 1 from delta d join repository r on r.id = d.repository_id
            where r.name = p.repository and d.source_digest = p.source
              and d.target_digest = p.target) end,
        case p.kind when 'static-delta' then %5$s
          when 'delta' then 2 <= (%1$s where %3$s) else 1 <= (%1$s where %2$s) end,
        case p.kind when 'static-delta' then %5$s
          when 'delta' then 2 <= (%1$s where %3$s and %4$s)
          else 1 <= (%1$s where %2$s and %4$s) end
      from scrub_repair p left join job j on j.id = p.job_id
      where p.finding_id = :finding order by p.kind, p.digest"""
          .formatted(
              "select count(*) from manifest m join repository r on r.id = m.repository_id",
              OF_REPAIR,
              OF_DELTA,
              WHOLE,
              COMMITS);

  /** Returns what belongs to a finding. */
  public Uni<List<Repair>> of(StatelessSession session, long finding) {
    return session
        .createNativeQuery(SELECT, Object[].class)
        .setParameter("finding", finding)
        .getResultList()
        .map(rows -> rows.stream().map(row -> repair(finding, row)).toList());
  }

  /** Notes that a delta is to be made again. */
  public Uni<Integer> recordDelta(StatelessSession session, long finding, DamagedDelta delta) {
    return session
        .createNativeQuery(
            """
            insert into scrub_repair (finding_id, kind, digest, repository, source, target)
            values (:finding, 'delta', :artifact, :repository, :source, :target)
            on conflict do nothing""")
        .setParameter("finding", finding)
        .setParameter("artifact", delta.artifact())
        .setParameter("repository", delta.place().repository())
        .setParameter("source", delta.place().source())
        .setParameter("target", delta.place().target())
        .executeUpdate();
  }

  /**
   * Takes the static deltas out of use that have this blob for a file, and notes that they are to
   * be made again; returns how many there were.
   */
  public Uni<Integer> remakeStaticDeltas(StatelessSession session, long finding, String blob) {
    return session
        .createNativeQuery(
            """
            with gone as (
              delete from static_delta where id in (
                select delta_id from static_delta_file where digest = :blob)
              returning repository_id, source_commit_id, target_commit_id
            )
            insert into scrub_repair (finding_id, kind, digest, repository, source, target)
            select :finding, 'static-delta',
              concat_ws('-', encode(s.checksum, 'hex'), encode(t.checksum, 'hex')),
              r.name, encode(s.checksum, 'hex'), encode(t.checksum, 'hex')
            from gone join repository r on r.id = gone.repository_id
            join ostree_commit t on t.id = gone.target_commit_id
            left join ostree_commit s on s.id = gone.source_commit_id
            on conflict do nothing""")
        .setParameter("finding", finding)
        .setParameter("blob", blob)
        .executeUpdate();
  }

  /** Notes which job does the work. */
  public Uni<Integer> ask(StatelessSession session, Repair repair, UUID job) {
    return session
        .createNativeQuery(
            """
            update scrub_repair set job_id = :job
            where finding_id = :finding and kind = :kind and digest = :digest""")
        .setParameter("finding", repair.finding())
        .setParameter("kind", repair.kind())
        .setParameter("digest", repair.digest())
        .setParameter("job", job)
        .executeUpdate();
  }

  /** Returns an image that has this layer, or is this manifest, and is whole; or null. */
  public Uni<Place> image(StatelessSession session, String digest) {
    return session
        .createNativeQuery(
            """
            select r.name, m.digest from manifest m join repository r on r.id = m.repository_id
            join (select cast(:digest as text) collate "C" as digest) p on true
            where %s and %s order by m.id"""
                .formatted(OF_REPAIR, WHOLE),
            Object[].class)
        .setParameter("digest", digest)
        .setMaxResults(1)
        .getResultList()
        .map(
            rows ->
                rows.isEmpty()
                    ? null
                    : new Place((String) rows.getFirst()[0], null, (String) rows.getFirst()[1]));
  }

  /** Forgets what is known about an image's tree, so that absorbing looks at its layers again. */
  public Uni<Integer> forgetTree(StatelessSession session, String manifest) {
    return session
        .createNativeQuery("delete from image_tree where manifest_digest = :manifest")
        .setParameter("manifest", manifest)
        .executeUpdate();
  }

  /** Returns the findings about the packs that held these objects. */
  public Uni<List<Long>> findingsOf(StatelessSession session, Collection<Checksum> lost) {
    return session
        .createNativeQuery(
            """
            select distinct o.finding_id
            from unnest(cast(:names as text[])) as n(name)
            join scrub_lost_object o on o.checksum = decode(n.name, 'hex')""",
            Long.class)
        .setParameter("names", lost.stream().map(Checksum::hex).toArray(String[]::new))
        .getResultList();
  }

  /** Forgets the lost objects of a finding that is settled. */
  public Uni<Integer> forgetLost(StatelessSession session, long finding) {
    return session
        .createNativeQuery("delete from scrub_lost_object where finding_id = :finding")
        .setParameter("finding", finding)
        .executeUpdate();
  }

  /** Returns the deltas whose artifact is this manifest, or names this blob. */
  public Uni<List<DamagedDelta>> deltas(StatelessSession session, String digest) {
    return session
        .createNativeQuery(
            """
            select r.name, d.source_digest, d.target_digest, d.artifact_digest
            from delta d join repository r on r.id = d.repository_id
            join manifest m on m.repository_id = d.repository_id and m.digest = d.artifact_digest
            where m.digest = :digest or exists (
              select 1 from manifest_reference f
              where f.manifest_id = m.id and f.digest = :digest)""",
            Object[].class)
        .setParameter("digest", digest)
        .getResultList()
        .map(
            rows ->
                rows.stream()
                    .map(
                        row ->
                            new DamagedDelta(
                                new Place((String) row[0], (String) row[1], (String) row[2]),
                                (String) row[3]))
                    .toList());
  }

  /** Takes a delta out of use, with its artifact. */
  public Uni<Integer> dropDelta(StatelessSession session, DamagedDelta delta) {
    return session
        .createNativeQuery(
            """
            with gone as (
              delete from delta d using repository r
              where r.id = d.repository_id and r.name = :repository
                and d.artifact_digest = :artifact
              returning d.repository_id)
            delete from manifest m using repository r
            where r.id = m.repository_id and r.name = :repository and m.digest = :artifact""")
        .setParameter("repository", delta.place().repository())
        .setParameter("artifact", delta.artifact())
        .executeUpdate();
  }

  /** Says whether a manifest or a static delta names the blob. */
  public Uni<Boolean> isReferenced(StatelessSession session, String digest) {
    return session
        .createNativeQuery(
            """
            select exists (select 1 from manifest_reference where digest = :digest
              union all select 1 from static_delta_file where digest = :digest)""",
            Boolean.class)
        .setParameter("digest", digest)
        .getSingleResult();
  }

  private static Repair repair(long finding, Object[] row) {
    Place place =
        row[2] == null ? null : new Place((String) row[2], (String) row[3], (String) row[4]);
    return new Repair(
        finding,
        (String) row[0],
        (String) row[1],
        place,
        new State(
            (Boolean) row[5],
            (Boolean) row[6],
            (Boolean) row[7],
            (Boolean) row[8],
            (Boolean) row[9]));
  }
}
