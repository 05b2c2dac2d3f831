package io.deltaport.meta;

import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.List;
import org.hibernate.reactive.mutiny.Mutiny.StatelessSession;

/** Lists tagged images with what became of them. Thread-safe. */
@ApplicationScoped
public class Images {

  /**
   * A tag and the image behind it.
   *
   * @param content the manifest, verbatim
   * @param state {@code stored}, {@code absorbing}, {@code absorbed} or {@code opaque}
   * @param reason why it is opaque, or absorbed without an OSTree commit; else null
   * @param commit OSTree commit of the repository in hexadecimal when it has one, else null
   * @param tree root dirtree of the commit in hexadecimal, else null
   */
  public record Listed(
      String repository,
      String tag,
      String digest,
      String mediaType,
      byte[] content,
      Instant pushedAt,
      String state,
      String reason,
      String commit,
      String tree) {}

  /**
   * Returns at most {@code limit} tags in order of repository and name, after the given pair; an
   * empty repository means all.
   */
  public Uni<List<Listed>> list(
      StatelessSession session,
      String repository,
      String lastRepository,
      String lastTag,
      int limit) {
    return session
        .createNativeQuery(
            """
            select r.name, t.name, m.digest, m.media_type, m.content, m.pushed_at,
              case when i.absorbed then 'absorbed'
                   when i.reason is not null then 'opaque'
                   when exists (select 1 from job j where j.kind = 'absorb'
                     and j.state in ('queued', 'running') and j.target = m.digest) then 'absorbing'
                   else 'stored' end,
              i.reason, encode(c.checksum, 'hex'), encode(i.tree_checksum, 'hex')
            from tag t join repository r on r.id = t.repository_id
            join manifest m on m.id = t.manifest_id
            left join image_tree i on i.manifest_digest = m.digest and m.image
            left join image_commit o on o.manifest_id = m.id
            left join ostree_commit c on c.id = o.commit_id
            where (:repository = '' or r.name = :repository)
              and (r.name, t.name) > (cast(:lastRepository as text) collate "C",
                                      cast(:lastTag as text) collate "C")
            order by r.name, t.name""",
            Object[].class)
        .setParameter("repository", repository)
        .setParameter("lastRepository", lastRepository)
        .setParameter("lastTag", lastTag)
        .setMaxResults(limit)
        .getResultList()
        .map(rows -> rows.stream().map(Images::listed).toList());
  }

  private static Listed listed(Object[] row) {
    return new Listed(
        (String) row[0],
        (String) row[1],
        (String) row[2],
        (String) row[3],
        (byte[]) row[4],
        Instants.of(row[5]),
        (String) row[6],
        (String) row[7],
        (String) row[8],
        (String) row[9]);
  }
}
