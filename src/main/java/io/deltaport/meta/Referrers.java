package io.deltaport.meta;

import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import org.hibernate.reactive.mutiny.Mutiny.StatelessSession;

/** Lists the manifests that name another one as their subject. Thread-safe. */
@ApplicationScoped
public class Referrers {
  /**
   * Manifests of one page added up, in bytes: clients take lists of 4 MiB, and the annotations,
   * which are most of an entry, are a part of their manifest. A larger one has a page for itself.
   */
  private static final int PAGE_BYTES_MAX = 4 << 20;

  private static final String PAGE =
      """
      select digest, media_type, artifact_type, annotations, size_bytes, more from (
        select p.*, row_number() over w as position, sum(p.size_bytes) over w as total_bytes,
          lead(p.digest) over w is not null as more
        from (
          select m.digest, m.media_type, m.artifact_type, m.annotations,
            octet_length(m.content) as size_bytes
          from manifest m join repository r on r.id = m.repository_id
          where r.name = :repository and m.subject = :subject and m.digest > :last
            and (:any or m.artifact_type = :artifactType)
          order by m.digest
          limit :fetched) p
        window w as (order by p.digest)) q
      where position <= :limit and (position = 1 or total_bytes <= :bytes)
      order by digest""";

  /**
   * What a list says about a manifest.
   *
   * @param artifactType null when there is none
   * @param annotations JSON object of string to string
   */
  public record Referrer(
      String digest, String mediaType, String artifactType, String annotations, long sizeBytes) {}

  /** Some referrers in order of their digests, and whether there are more after them. */
  public record Page(List<Referrer> referrers, boolean more) {}

  /**
   * Which referrers to list.
   *
   * @param artifactType null means every type
   * @param last the digest, or any text, after which to begin
   * @param limit most entries
   */
  public record Query(
      String repository, String subject, String artifactType, String last, int limit) {}

  /** Returns the page; it has fewer entries than the limit when these are large. */
  public Uni<Page> list(StatelessSession session, Query query) {
    return session
        .createNativeQuery(PAGE, Object[].class)
        .setParameter("repository", query.repository())
        .setParameter("subject", query.subject())
        .setParameter("last", query.last())
        .setParameter("any", query.artifactType() == null)
        .setParameter("artifactType", query.artifactType() == null ? "" : query.artifactType())
        .setParameter("fetched", query.limit() + 1)
        .setParameter("limit", query.limit())
        .setParameter("bytes", PAGE_BYTES_MAX)
        .getResultList()
        .map(
            rows ->
                new Page(
                    rows.stream().map(Referrers::referrer).toList(),
                    !rows.isEmpty() && (Boolean) rows.getLast()[5]));
  }

  private static Referrer referrer(Object[] row) {
    return new Referrer(
        (String) row[0],
        (String) row[1],
        (String) row[2],
        (String) row[3],
        ((Number) row[4]).longValue());
  }
}
