package io.deltaport.wiring;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;
import java.util.Set;
import org.postgresql.Driver;

/**
 * Copies the files of a PostgreSQL that runs, as its manual describes for backups without a tool
 * ("Making a Base Backup Using the Low Level API"): between the two calls the files may change, and
 * the log of these changes, which a replication slot keeps from being removed, makes them
 * consistent when the copy is started.
 */
final class PostgresBackup {
  private static final int PORT_LINE = 3;

  /** What belongs to one run of a server, and is made anew by the next; folders stay, empty. */
  private static final Set<String> TRANSIENT_FOLDERS =
      Set.of(
          "pg_wal",
          "pg_replslot",
          "pg_dynshmem",
          "pg_notify",
          "pg_serial",
          "pg_snapshots",
          "pg_stat_tmp",
          "pg_subtrans");

  private static final Set<String> TRANSIENT_FILES =
      Set.of("postmaster.pid", "postmaster.opts", "pg_internal.init");

  private final Path data;

  PostgresBackup(Path data) {
    this.data = data;
  }

  /**
   * Copies the database to a new folder.
   *
   * @param to does not exist yet
   */
  void copy(Path to, DurableCopy copy) throws IOException, SQLException {
    try (Connection connection = connect()) {
      String slot = "deltaport_backup_" + ProcessHandle.current().pid();
      one(connection, "select pg_create_physical_replication_slot(?, true, true)", slot);
      String start = one(connection, "select pg_backup_start(?, true)", "deltaport backup");
      String first = one(connection, "select pg_walfile_name(cast(? as pg_lsn))", start);
      copy.tree(data, to, PostgresBackup::isLasting, false);
      String last = stop(connection, to);
      copyLog(first, last, to, copy);
      one(connection, "select pg_drop_replication_slot(?)", slot);
    }
    DurableCopy.sync(to);
  }

  private Connection connect() throws IOException, SQLException {
    String port = Files.readAllLines(data.resolve("postmaster.pid")).get(PORT_LINE).trim();
    Properties login = new Properties();
    login.setProperty("user", EmbeddedPostgres.USER);
    login.setProperty(
        "password", Files.readString(data.resolveSibling("postgres.password")).trim());
    return new Driver().connect("jdbc:postgresql://127.0.0.1:" + port + "/postgres", login);
  }

  private static boolean isLasting(Path path) {
    String name = path.getFileName().toString();
    String parent = path.getParent().getFileName().toString();
    return !TRANSIENT_FOLDERS.contains(parent)
        && !TRANSIENT_FILES.contains(name)
        && !name.startsWith("pgsql_tmp");
  }

  /** Ends the backup, and returns the last file of the log that the copy needs. */
  private static String stop(Connection connection, Path to) throws IOException, SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                """
                select pg_walfile_name(lsn), labelfile, spcmapfile
                from pg_backup_stop(wait_for_archive => false)""")) {
      row.next();
      Files.writeString(to.resolve("backup_label"), row.getString(2), StandardCharsets.UTF_8);
      String tablespaces = row.getString(3);
      if (tablespaces != null && !tablespaces.isBlank()) {
        throw new IOException("the database has tablespaces outside of its folder");
      }
      return row.getString(1);
    }
  }

  /** Names of the log's files sort by what they hold. */
  private void copyLog(String first, String last, Path to, DurableCopy copy) throws IOException {
    Path log = Files.createDirectories(to.resolve("pg_wal"));
    try (DirectoryStream<Path> files = Files.newDirectoryStream(data.resolve("pg_wal"))) {
      for (Path file : files) {
        String name = file.getFileName().toString();
        if (name.length() == first.length()
            && name.compareTo(first) >= 0
            && name.compareTo(last) <= 0) {
          copy.file(file, log.resolve(name), false);
        }
      }
    }
    if (!Files.exists(log.resolve(first)) || !Files.exists(log.resolve(last))) {
      throw new IOException("the log of the database's changes is not there: " + last);
    }
    DurableCopy.sync(log);
  }

  private static String one(Connection connection, String query, String parameter)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(query)) {
      statement.setString(1, parameter);
      try (ResultSet row = statement.executeQuery()) {
        row.next();
        return row.getString(1);
      }
    }
  }
}
