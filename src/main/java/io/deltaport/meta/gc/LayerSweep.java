package io.deltaport.meta.gc;

import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import org.hibernate.reactive.mutiny.Mutiny.StatelessSession;

/** What is known of layer blobs that are not stored any more. Thread-safe. */
@ApplicationScoped
public class LayerSweep implements Sweep {
  private static final String DEAD =
      "from layer l where not exists (select 1 from blob b where b.digest = l.digest)";

  @Override
  public String kind() {
    return "layer";
  }

  @Override
  public String reason() {
    return "its blob is gone";
  }

  // A layer is absorbed anew when its blob comes back, so nothing needs to be locked.
  @Override
  public Uni<Batch> sweep(StatelessSession session) {
    return session
        .createNativeQuery("delete " + DEAD)
        .executeUpdate()
        .map(count -> new Batch(new Tally(count, 0), false));
  }

  @Override
  public Uni<Tally> due(StatelessSession session) {
    return session
        .createNativeQuery("select count(*), cast(0 as bigint) " + DEAD, Object[].class)
        .getSingleResult()
        .map(Tally::of);
  }

  @Override
  public Uni<Tally> waiting(StatelessSession session) {
    return Uni.createFrom().item(Tally.NONE);
  }
}
