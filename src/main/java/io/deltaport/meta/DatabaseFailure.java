package io.deltaport.meta;

import io.vertx.sqlclient.ClosedConnectionException;
import io.vertx.sqlclient.DatabaseException;
import java.io.IOException;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.TimeoutException;

/**
 * What a failed transaction means for its caller.
 *
 * @see <a href="https://www.postgresql.org/docs/18/errcodes-appendix.html">SQLSTATE codes</a>
 */
enum DatabaseFailure {
  /** Two transactions were in each other's way; this one left nothing and may run again. */
  CONFLICT,
  /** The connection is lost or cannot be had; it may come back. */
  AWAY,
  /** PostgreSQL's disk is full. */
  FULL,
  /** A fault of ours, or not the database's at all. */
  OTHER;

  /**
   * How the client and its pool say, by exceptions of no type of their own, that a connection went
   * away before, between or after the statements of a transaction, or that none came in time.
   */
  private static final List<String> LOST_MESSAGES =
      List.of(
          "Timeout",
          "Connection was closed",
          "Connection is not active now",
          "Pending requests failed to be sent due to connection has been closed",
          "Transaction already complete");

  /** Causes that are looked through: frameworks wrap errors a few times, never so often. */
  private static final int CAUSES_MAX = 16;

  static DatabaseFailure of(Throwable failure) {
    Throwable cause = failure;
    for (int i = 0; i < CAUSES_MAX && cause != null; i++, cause = cause.getCause()) {
      DatabaseFailure kind = ofOne(cause);
      if (kind != OTHER) {
        return kind;
      }
    }
    return OTHER;
  }

  /** Returns what PostgreSQL or the network said, without the statement that met it. */
  static String reason(Throwable failure) {
    Throwable innermost = failure;
    for (int i = 0; i < CAUSES_MAX && innermost.getCause() != null; i++) {
      innermost = innermost.getCause();
    }
    return innermost.getMessage();
  }

  private static DatabaseFailure ofOne(Throwable failure) {
    String state = state(failure);
    if (state != null) {
      return ofState(state);
    }
    boolean lost =
        failure instanceof ClosedConnectionException
            || failure instanceof IOException
            || failure instanceof TimeoutException
            || saysThatItIsLost(String.valueOf(failure.getMessage()));
    return lost ? AWAY : OTHER;
  }

  private static boolean saysThatItIsLost(String message) {
    return LOST_MESSAGES.stream().anyMatch(message::startsWith);
  }

  /** Hibernate turns the driver's exception into that of JDBC, but not always. */
  private static String state(Throwable failure) {
    return switch (failure) {
      case DatabaseException refused -> refused.getSqlState();
      case SQLException refused -> refused.getSQLState();
      default -> null;
    };
  }

  private static DatabaseFailure ofState(String state) {
    return switch (state) {
      case "40001", "40P01" -> CONFLICT;
      case "53100" -> FULL;
      // Shutting down, crashed, starting up, idle for too long; too many connections; broken disk.
      case "57P01", "57P02", "57P03", "57P05", "53300", "58030" -> AWAY;
      // "Class 08": the connection.
      default -> state.startsWith("08") ? AWAY : OTHER;
    };
  }
}
