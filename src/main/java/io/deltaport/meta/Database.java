package io.deltaport.meta;

import io.quarkus.vertx.VertxContextSupport;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.function.Function;
import org.hibernate.reactive.mutiny.Mutiny;

/**
 * Transactions on PostgreSQL for blocking callers. Thread-safe; never call it from an event loop.
 *
 * <p>A reactive session belongs to one Vert.x context, so each call runs on a context of its own
 * while the calling (usually virtual) thread waits.
 */
@ApplicationScoped
public class Database {
  private final Mutiny.SessionFactory sessions;

  Database(Mutiny.SessionFactory sessions) {
    this.sessions = sessions;
  }

  /**
   * Runs {@code work} in one transaction and returns its result after COMMIT.
   *
   * @throws MetadataException if the database fails; what {@code work} throws passes unchanged
   */
  public <T> T transact(Function<Mutiny.StatelessSession, Uni<T>> work) {
    try {
      return VertxContextSupport.subscribeAndAwait(
          () -> sessions.withStatelessTransaction((session, transaction) -> work.apply(session)));
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new MetadataException("the database could not finish a transaction", e);
    }
  }
}
