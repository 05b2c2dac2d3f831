package io.deltaport.meta;

import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import org.hibernate.reactive.mutiny.Mutiny.StatelessSession;
import org.jboss.logging.Logger;

/**
 * What readers stumbled over: a file that is missing or short, an object that is not what its name
 * says. The scrub looks at each of them next and decides. Thread-safe.
 */
@ApplicationScoped
public class Suspects {
  private static final Logger LOG = Logger.getLogger(Suspects.class);

  private final Database database;

  Suspects(Database database) {
    this.database = database;
  }

  /**
   * Something that may be damaged.
   *
   * @param kind {@code blob}, {@code blob-recipe}, {@code manifest}, {@code pack} or {@code recipe}
   * @param name a digest; of a pack its 64 digits
   */
  public record Suspect(String kind, String name) {}

  /** Reports something; a reader that fails to report it has met enough trouble already. */
  public void report(String kind, String name, String problem) {
    LOG.warnf("The %s %s may be damaged: %s", kind, name, problem);
    doubt(kind, name);
  }

  /** As {@link #report}, for something that is most likely whole. */
  public void doubt(String kind, String name) {
    try {
      database.transact(session -> insert(session, kind, name));
    } catch (MetadataException e) {
      LOG.errorf(e, "The suspicion about %s %s could not be stored", kind, name);
    }
  }

  private static Uni<Integer> insert(StatelessSession session, String kind, String name) {
    return session
        .createNativeQuery(
            """
            insert into scrub_suspect (kind, name) values (:kind, :name) on conflict do nothing""")
        .setParameter("kind", kind)
        .setParameter("name", name)
        .executeUpdate();
  }

  /** Returns at most {@code limit} of what was reported, oldest first. */
  public Uni<List<Suspect>> list(StatelessSession session, int limit) {
    return session
        .createNativeQuery(
            "select kind, name from scrub_suspect order by reported_at", Object[].class)
        .setMaxResults(limit)
        .getResultList()
        .map(
            rows ->
                rows.stream().map(row -> new Suspect((String) row[0], (String) row[1])).toList());
  }

  /** Forgets a suspicion that was looked into. */
  public Uni<Integer> forget(StatelessSession session, Suspect suspect) {
    return session
        .createNativeQuery("delete from scrub_suspect where kind = :kind and name = :name")
        .setParameter("kind", suspect.kind())
        .setParameter("name", suspect.name())
        .executeUpdate();
  }
}
