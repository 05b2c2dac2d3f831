package io.deltaport.meta.gc;

import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import org.hibernate.reactive.mutiny.Mutiny.StatelessSession;

/**
 * Notes of objects that were sent for commits which did not come, or came long ago. Thread-safe.
 */
@Singleton
public class SentObjectSweep implements Sweep {
  /** Small rows without anything that hangs on them. */
  private static final int BATCH = 10_000;

  @Override
  public String kind() {
    return "ostree-upload";
  }

  @Override
  public String reason() {
    return "its commit has come, or never came";
  }

  @Override
  public Uni<Batch> sweep(StatelessSession session) {
    return session
        .createNativeQuery(
            """
            delete from ostree_upload where (repository_id, checksum, kind) in (
              select repository_id, checksum, kind from ostree_upload
              where leased_until <= now() limit :limit for update skip locked)""")
        .setParameter("limit", (long) BATCH)
        .executeUpdate()
        .map(count -> new Batch(new Tally(count, 0), count == BATCH));
  }

  @Override
  public Uni<Tally> due(StatelessSession session) {
    return count(session, "<=");
  }

  @Override
  public Uni<Tally> waiting(StatelessSession session) {
    return count(session, ">");
  }

  private static Uni<Tally> count(StatelessSession session, String comparison) {
    return session
        .createNativeQuery(
            "select count(*) from ostree_upload where leased_until " + comparison + " now()",
            Long.class)
        .getSingleResult()
        .map(count -> new Tally(count, 0));
  }
}
