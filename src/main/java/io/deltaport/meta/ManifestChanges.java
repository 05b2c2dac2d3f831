package io.deltaport.meta;

import io.vertx.core.Vertx;
import io.vertx.pgclient.PgConnection;
import io.vertx.pgclient.PgNotification;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import org.jboss.logging.Logger;

/**
 * Hears from PostgreSQL which tags, manifests and OSTree remotes changed, whichever server or
 * statement did it.
 *
 * <p>Listens on a connection of its own, asks it every {@value #HEARTBEAT_MILLIS} ms whether it is
 * still there, and opens a new one when it is not. What happened in between is unknown: the
 * listener is told that there was a gap. The callbacks run on an event loop and must not block.
 */
@ApplicationScoped
public class ManifestChanges {
  private static final Logger LOG = Logger.getLogger(ManifestChanges.class);

  private static final String MANIFESTS = "deltaport_manifest";
  private static final String REMOTES = "deltaport_ostree";
  private static final String LISTEN = "listen " + MANIFESTS + "; listen " + REMOTES;

  /** Time between questions on the connection, and what an answer may take. */
  static final long HEARTBEAT_MILLIS = 2_000;

  private static final long RETRY_MILLIS = 500;

  /** Who wants to know. */
  public interface Listener {
    /** The manifest behind this tag or digest is not what it was. */
    default void changed(String repository, String reference) {}

    /** The OSTree remote of this repository is not what it was. */
    default void remoteChanged(String repository) {}

    /** From now on every change is told; before, some may have been missed. */
    void listening();

    /** From now on changes may be missed. */
    void deaf();
  }

  private final Pool pool;
  private final Vertx vertx;
  private volatile List<Listener> listeners = List.of();
  private volatile boolean stopped;
  private volatile PgConnection current;

  ManifestChanges(Pool pool, Vertx vertx) {
    this.pool = pool;
    this.vertx = vertx;
  }

  /** Begins to listen, once. */
  public void start(List<Listener> wanted) {
    listeners = List.copyOf(wanted);
    connect();
  }

  /** Stops listening. */
  public void stop() {
    stopped = true;
    PgConnection connection = current;
    if (connection != null) {
      connection.close();
    }
  }

  private void connect() {
    if (stopped) {
      return;
    }
    pool.getConnection()
        .onSuccess(this::listen)
        .onFailure(failure -> vertx.setTimer(RETRY_MILLIS, ignored -> connect()));
  }

  private void listen(SqlConnection connection) {
    PgConnection listening = PgConnection.cast(connection);
    listening.notificationHandler(this::notified);
    listening.closeHandler(ignored -> lost(listening));
    listening
        .query(LISTEN)
        .execute()
        .onSuccess(
            ignored -> {
              current = listening;
              listeners.forEach(Listener::listening);
              beat(listening);
            })
        .onFailure(failure -> listening.close());
  }

  private void beat(PgConnection connection) {
    vertx.setTimer(HEARTBEAT_MILLIS, ignored -> ask(connection));
  }

  private void ask(PgConnection connection) {
    if (stopped || current != connection) {
      return;
    }
    long deadline =
        vertx.setTimer(
            HEARTBEAT_MILLIS,
            ignored -> {
              LOG.warn("The connection that tells of changed manifests does not answer");
              lost(connection);
              connection.close();
            });
    connection
        .query("select 1")
        .execute()
        .onComplete(ignored -> vertx.cancelTimer(deadline))
        .onSuccess(ignored -> beat(connection))
        .onFailure(failure -> connection.close());
  }

  private synchronized void lost(PgConnection connection) {
    if (current == connection) {
      current = null;
      listeners.forEach(Listener::deaf);
      vertx.setTimer(RETRY_MILLIS, ignored -> connect());
    } else if (current == null && !stopped) {
      // It was closed before it listened.
      vertx.setTimer(RETRY_MILLIS, ignored -> connect());
    }
  }

  private void notified(PgNotification notification) {
    String payload = notification.getPayload();
    if (notification.getChannel().equals(REMOTES)) {
      listeners.forEach(listener -> listener.remoteChanged(payload));
      return;
    }
    int space = payload.indexOf(' ');
    if (space > 0) {
      String repository = payload.substring(0, space);
      String reference = payload.substring(space + 1);
      listeners.forEach(listener -> listener.changed(repository, reference));
    }
  }
}
