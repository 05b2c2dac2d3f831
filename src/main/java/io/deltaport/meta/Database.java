package io.deltaport.meta;

import io.quarkus.vertx.VertxContextSupport;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.hibernate.reactive.mutiny.Mutiny;
import org.hibernate.reactive.mutiny.Mutiny.StatelessSession;

/**
 * Transactions on PostgreSQL for blocking callers. Thread-safe; never call it from an event loop.
 *
 * <p>A reactive session belongs to one Vert.x context, so each call runs on a context of its own
 * while the calling (usually virtual) thread waits.
 *
 * <p>A transaction that fails because the database went away or because two of them were in each
 * other's way runs again, for a bounded time. A connection may break in COMMIT, when nobody knows
 * whether the transaction took place: {@link #transact} runs it once more all the same, and {@link
 * #transactOnce} first looks whether it did.
 */
@ApplicationScoped
public class Database {
  private final Mutiny.SessionFactory sessions;
  private final CommitKeys keys;
  private final Outages outages;
  private final Duration patience;

  Database(
      Mutiny.SessionFactory sessions,
      CommitKeys keys,
      Outages outages,
      @ConfigProperty(name = "deltaport.database.patience") Duration patience) {
    this.sessions = sessions;
    this.keys = keys;
    this.outages = outages;
    this.patience = patience;
  }

  /**
   * Runs {@code work} in one transaction and returns its result after COMMIT. The work may run
   * several times, even when an earlier run was committed: doing it again must change nothing and
   * give the same result.
   *
   * @throws DatabaseUnavailableException if the database cannot be reached for some seconds
   * @throws DatabaseFullException if its disk is full
   * @throws MetadataException if it fails otherwise; what {@code work} throws passes unchanged
   */
  public <T> T transact(Function<StatelessSession, Uni<T>> work) {
    return repeat(work);
  }

  /**
   * As {@link #transact}, for work whose result depends on being the first: it is committed once at
   * most. A row that is written with it tells, when the answer to COMMIT was lost, what came of it.
   */
  public <T> T transactOnce(Function<StatelessSession, Uni<T>> work) {
    UUID key = UUID.randomUUID();
    AtomicReference<T> result = new AtomicReference<>();
    T committed =
        repeat(
            session ->
                keys.claim(session, key)
                    .flatMap(
                        isNew ->
                            isNew
                                ? work.apply(session).invoke(result::set)
                                // The row of an earlier run is there: that run was committed.
                                : Uni.createFrom().item(result::get)));
    if (keys.cleaningIsDue()) {
      transact(keys::clean);
    }
    return committed;
  }

  private <T> T repeat(Function<StatelessSession, Uni<T>> work) {
    Attempts attempts = new Attempts(patience);
    while (true) {
      try {
        T result = attempt(work);
        outages.over();
        return result;
      } catch (Throwable e) {
        outages.note(e);
        attempts.awaitNext(e);
      }
    }
  }

  private <T> T attempt(Function<StatelessSession, Uni<T>> work) throws Throwable {
    return VertxContextSupport.subscribeAndAwait(
        () -> sessions.withStatelessTransaction((session, transaction) -> work.apply(session)));
  }
}
