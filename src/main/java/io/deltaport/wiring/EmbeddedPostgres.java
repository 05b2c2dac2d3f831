package io.deltaport.wiring;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/**
 * A PostgreSQL of our own, for a server that was given none. It listens on the loopback address
 * only and takes the password that lies beside its data. Thread-safe.
 *
 * <p>When it dies it is started again, on the same port, for as long as the server runs. The server
 * ends it last. After a crash of the server it goes on; the next start ends it first.
 */
final class EmbeddedPostgres {
  static final String USER = "deltaport";
  private static final Logger LOG = Logger.getLogger(EmbeddedPostgres.class);
  private static final String DATABASE = "postgres";

  /**
   * The log of changes is written in files of this size, and the smallest cluster has two of them;
   * PostgreSQL's own 16 MiB are for servers that write much more.
   */
  private static final int WAL_SEGMENT_MIB = 4;

  /** A checkpoint comes before the log grows beyond this, and a crash has no more to make good. */
  private static final int WAL_MAX_MIB = 32;

  private static final Duration SUPERVISOR_END_TIMEOUT = Duration.ofSeconds(20);
  private static final long RESTART_PAUSE_MIN_MILLIS = 50;
  private static final long RESTART_PAUSE_MAX_MILLIS = 2_000;

  private final Path folder;
  private final int port;
  private final String password;
  private final CountDownLatch stop = new CountDownLatch(1);
  private volatile Process process;
  private Thread supervisor;

  private EmbeddedPostgres(Path folder, int port) throws IOException {
    this.folder = folder;
    this.port = port;
    this.password = Files.readString(passwordFile(folder)).trim();
  }

  /** Starts PostgreSQL on {@code folder/postgres}, making the database the first time. */
  static EmbeddedPostgres start(Path folder) throws StartException {
    try {
      PostgresProcess.stopOrphan(data(folder));
      if (!Files.exists(data(folder).resolve("PG_VERSION"))) {
        initialize(folder);
      }
      EmbeddedPostgres postgres = new EmbeddedPostgres(folder, freePort());
      postgres.process = postgres.launch();
      postgres.supervisor =
          Thread.ofPlatform().daemon().name("postgres-supervisor").start(postgres::supervise);
      return postgres;
    } catch (IOException e) {
      throw new StartException("PostgreSQL could not be started: " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StartException("interrupted while PostgreSQL was starting", e);
    }
  }

  String jdbcUrl() {
    return "jdbc:postgresql://127.0.0.1:" + port + "/" + DATABASE;
  }

  String password() {
    return password;
  }

  /** Ends PostgreSQL in its own orderly way. */
  void stop() {
    stop.countDown();
    PostgresProcess.stop(process.toHandle());
    try {
      supervisor.join(SUPERVISOR_END_TIMEOUT);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private Process launch() throws IOException, InterruptedException, StartException {
    Path log = log(folder);
    Process started =
        PostgresProcess.run(
            log,
            List.of(
                PostgresBinaries.unpack().resolve("bin/postgres").toString(),
                "-D",
                data(folder).toString(),
                "-p",
                Integer.toString(port),
                "-c",
                "listen_addresses=127.0.0.1",
                "-c",
                "unix_socket_directories=",
                "-c",
                "fsync=on",
                "-c",
                "synchronous_commit=on",
                "-c",
                "timezone=UTC"));
    PostgresProcess.awaitReady(started, data(folder), log);
    return started;
  }

  private void supervise() {
    try {
      int status = process.waitFor();
      while (!isStopping()) {
        LOG.warnf("PostgreSQL ended with status %d; starting it again", status);
        relaunch();
        status = process.waitFor();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Returns when PostgreSQL runs, or shall end. */
  private void relaunch() throws InterruptedException {
    long pauseMillis = RESTART_PAUSE_MIN_MILLIS;
    while (!stop.await(pauseMillis, TimeUnit.MILLISECONDS)) {
      try {
        process = launch();
        LOG.info("PostgreSQL runs again");
        break;
      } catch (IOException | StartException e) {
        // Its processes may still be ending, or its disk may be full: it comes back when it can.
        pauseMillis = Math.min(2 * pauseMillis, RESTART_PAUSE_MAX_MILLIS);
        LOG.warnf("PostgreSQL does not start, and is tried again: %s", e.getMessage());
      }
    }
    if (isStopping()) {
      PostgresProcess.stop(process.toHandle());
    }
  }

  private boolean isStopping() {
    return stop.getCount() == 0;
  }

  private static void initialize(Path folder)
      throws IOException, InterruptedException, StartException {
    byte[] random = new byte[24];
    new SecureRandom().nextBytes(random);
    Path passwordFile = passwordFile(folder);
    Files.deleteIfExists(passwordFile);
    Files.createFile(
        passwordFile,
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(passwordFile, HexFormat.of().formatHex(random));
    // A first start that was cut short leaves a folder without a version; it holds nothing yet.
    Path fresh = folder.resolve("postgres.new");
    deleteTree(fresh);
    Process initdb =
        PostgresProcess.run(
            log(folder),
            List.of(
                PostgresBinaries.unpack().resolve("bin/initdb").toString(),
                "-D",
                fresh.toString(),
                "-U",
                USER,
                "--auth=scram-sha-256",
                "--pwfile=" + passwordFile,
                "--encoding=UTF8",
                "--locale=C",
                "--wal-segsize=" + WAL_SEGMENT_MIB,
                "-c",
                "min_wal_size=" + 2 * WAL_SEGMENT_MIB + "MB",
                "-c",
                "max_wal_size=" + WAL_MAX_MIB + "MB",
                "-c",
                "wal_compression=pglz"));
    awaitSuccess(initdb, folder);
    dropTemplate(folder, fresh);
    Files.move(fresh, data(folder));
    // PostgreSQL syncs its own files only.
    force(passwordFile, StandardOpenOption.WRITE);
    force(folder, StandardOpenOption.READ);
  }

  /** No database is ever made of the template, and it takes a third of an empty cluster. */
  private static void dropTemplate(Path folder, Path fresh)
      throws IOException, InterruptedException, StartException {
    Path script = folder.resolve("postgres.sql");
    Files.writeString(
        script,
        """
        update pg_database set datistemplate = false where datname = 'template1';
        drop database template1;
        """);
    Process alone =
        PostgresProcess.run(
            log(folder),
            script,
            List.of(
                PostgresBinaries.unpack().resolve("bin/postgres").toString(),
                "--single",
                "-D",
                fresh.toString(),
                DATABASE));
    awaitSuccess(alone, folder);
    Files.delete(script);
  }

  private static void awaitSuccess(Process process, Path folder)
      throws IOException, InterruptedException, StartException {
    if (process.waitFor() != 0) {
      throw new StartException(
          "PostgreSQL could not make its database: " + PostgresProcess.lastLine(log(folder)));
    }
  }

  private static void force(Path path, StandardOpenOption access) throws IOException {
    try (FileChannel channel = FileChannel.open(path, access)) {
      channel.force(true);
    }
  }

  private static Path data(Path folder) {
    return folder.resolve("postgres");
  }

  private static Path passwordFile(Path folder) {
    return folder.resolve("postgres.password");
  }

  private static Path log(Path folder) {
    return folder.resolve("postgres.log");
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  static void deleteTree(Path folder) throws IOException {
    if (Files.exists(folder)) {
      try (var paths = Files.walk(folder)) {
        for (Path path : paths.sorted(java.util.Comparator.reverseOrder()).toList()) {
          Files.delete(path);
        }
      }
    }
  }
}
