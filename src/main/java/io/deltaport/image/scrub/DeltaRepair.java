package io.deltaport.image.scrub;

import io.deltaport.meta.Database;
import io.deltaport.meta.ScrubRepairs;
import io.deltaport.meta.ScrubRepairs.DamagedDelta;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import org.hibernate.reactive.mutiny.Mutiny.StatelessSession;

/** Has damaged deltas made again from the images between which they go. Thread-safe. */
@ApplicationScoped
class DeltaRepair {
  private final Database database;
  private final ScrubRepairs repairs;

  DeltaRepair(Database database, ScrubRepairs repairs) {
    this.database = database;
    this.repairs = repairs;
  }

  /**
   * Takes the deltas out of use whose artifact is this manifest or names this blob, and the static
   * deltas that have the blob for a file. Notes under the finding that they are to be made again.
   *
   * @return false when there is none
   */
  boolean makeAgain(String digest, long finding) {
    List<DamagedDelta> damaged = database.transact(session -> repairs.deltas(session, digest));
    for (DamagedDelta delta : damaged) {
      database.transact(session -> makeAgain(session, delta, finding));
    }
    int ostree = database.transact(session -> repairs.remakeStaticDeltas(session, finding, digest));
    return !damaged.isEmpty() || ostree > 0;
  }

  private Uni<Integer> makeAgain(StatelessSession session, DamagedDelta delta, long finding) {
    return repairs
        .dropDelta(session, delta)
        .flatMap(ignored -> repairs.recordDelta(session, finding, delta));
  }
}
