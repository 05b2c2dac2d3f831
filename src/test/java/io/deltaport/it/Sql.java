package io.deltaport.it;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** Statements on a server's own PostgreSQL, past the server. */
final class Sql {
  private static final int PORT_LINE = 3;

  private final Path data;

  Sql(Path data) {
    this.data = data;
  }

  /** Runs a statement and returns the number of rows that it concerned. */
  int run(String statement, String... parameters) throws IOException, SQLException {
    try (Connection connection = connect();
        PreparedStatement prepared = connection.prepareStatement(statement)) {
      for (int i = 0; i < parameters.length; i++) {
        prepared.setString(i + 1, parameters[i]);
      }
      prepared.execute();
      int count = Math.max(0, prepared.getUpdateCount());
      try (var rows = prepared.getResultSet()) {
        while (rows != null && rows.next()) {
          count++;
        }
      }
      return count;
    }
  }

  /** Returns the rows of a query, their columns as text. */
  List<List<String>> query(String query, String... parameters) throws IOException, SQLException {
    try (Connection connection = connect();
        PreparedStatement prepared = connection.prepareStatement(query)) {
      for (int i = 0; i < parameters.length; i++) {
        prepared.setString(i + 1, parameters[i]);
      }
      List<List<String>> found = new ArrayList<>();
      try (ResultSet rows = prepared.executeQuery()) {
        int columns = rows.getMetaData().getColumnCount();
        while (rows.next()) {
          List<String> row = new ArrayList<>();
          for (int i = 1; i <= columns; i++) {
            row.add(rows.getString(i));
          }
          found.add(row);
        }
      }
      return found;
    }
  }

  /** Lets nobody else look at a table until the result is closed. */
  Connection hold(String table) throws IOException, SQLException {
    Connection connection = connect();
    connection.setAutoCommit(false);
    try (Statement statement = connection.createStatement()) {
      statement.execute("lock table " + table + " in access exclusive mode");
    }
    return connection;
  }

  private Connection connect() throws IOException, SQLException {
    List<String> pid = Files.readAllLines(data.resolve("postgres/postmaster.pid"));
    String password = Files.readString(data.resolve("postgres.password")).trim();
    return DriverManager.getConnection(
        "jdbc:postgresql://127.0.0.1:%s/postgres".formatted(pid.get(PORT_LINE).trim()),
        "deltaport",
        password);
  }
}
