package io.deltaport.meta;

import io.quarkus.reactive.pg.client.PgPoolCreator;
import io.vertx.pgclient.PgBuilder;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PoolOptions;
import io.vertx.sqlclient.SqlConnectOptions;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Makes the connection pool, with bounds on every wait: a database that accepts connections and
 * never answers must not hold requests for ever.
 */
@Singleton
class DatabasePool implements PgPoolCreator {
  private final Duration connectTimeout;
  private final Duration answerTimeout;

  DatabasePool(
      @ConfigProperty(name = "deltaport.database.connect-timeout") Duration connectTimeout,
      @ConfigProperty(name = "deltaport.database.answer-timeout") Duration answerTimeout) {
    this.connectTimeout = connectTimeout;
    this.answerTimeout = answerTimeout;
  }

  @Override
  public Pool create(Input input) {
    List<PgConnectOptions> databases = input.pgConnectOptionsList();
    for (PgConnectOptions database : databases) {
      database
          .setConnectTimeout((int) connectTimeout.toMillis())
          .setTcpKeepAlive(true)
          // Ends a connection from which nothing came for so long, in use or not.
          .setIdleTimeoutUnit(TimeUnit.MILLISECONDS)
          .setReadIdleTimeout((int) answerTimeout.toMillis());
    }
    PoolOptions options =
        input
            .poolOptions()
            .setConnectionTimeoutUnit(TimeUnit.MILLISECONDS)
            .setConnectionTimeout((int) answerTimeout.toMillis());
    return PgBuilder.pool()
        .with(options)
        .connectingTo(new ArrayList<SqlConnectOptions>(databases))
        .using(input.vertx())
        .build();
  }
}
