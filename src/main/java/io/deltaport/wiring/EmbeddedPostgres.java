package io.deltaport.wiring;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * A PostgreSQL of our own, for a server that was given none. It listens on the loopback address
 * only and takes the password that lies beside its data.
 *
 * <p>The process is in a session of its own, so that Ctrl-C reaches the server alone, which then
 * ends PostgreSQL last. After a crash of the server it goes on; the next start ends it first.
 */
final class EmbeddedPostgres {
  static final String USER = "deltaport";
  private static final String DATABASE = "postgres";
  private static final Duration START_TIMEOUT = Duration.ofSeconds(60);
  private static final Duration STOP_TIMEOUT = Duration.ofSeconds(20);
  private static final long POLL_MILLIS = 20;

  /** The line of postmaster.pid, counted from 0, that says how far the start has come. */
  private static final int STATUS_LINE = 7;

  private final Process process;
  private final int port;
  private final String password;

  private EmbeddedPostgres(Process process, int port, String password) {
    this.process = process;
    this.port = port;
    this.password = password;
  }

  /** Starts PostgreSQL on {@code folder/postgres}, making the database the first time. */
  static EmbeddedPostgres start(Path folder) throws StartException {
    try {
      Path binaries = PostgresBinaries.unpack();
      Path data = folder.resolve("postgres");
      Path passwordFile = folder.resolve("postgres.password");
      Path log = folder.resolve("postgres.log");
      stopOrphan(data);
      if (!Files.exists(data.resolve("PG_VERSION"))) {
        initialize(binaries, data, passwordFile, log);
      }
      int port = freePort();
      Process process =
          run(
              log,
              List.of(
                  binaries.resolve("bin/postgres").toString(),
                  "-D",
                  data.toString(),
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
      awaitReady(process, data, log);
      return new EmbeddedPostgres(process, port, Files.readString(passwordFile).trim());
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
    // SIGINT, which Java cannot send, would be the fast shutdown; SIGTERM waits for clients, and
    // those were ours and are gone.
    stop(process.toHandle());
  }

  private static void stop(ProcessHandle handle) {
    handle.destroy();
    try {
      handle.onExit().get(STOP_TIMEOUT.toSeconds(), TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (java.util.concurrent.ExecutionException | java.util.concurrent.TimeoutException e) {
      handle.destroyForcibly();
    }
  }

  private static void stopOrphan(Path data) throws IOException {
    Optional<ProcessHandle> orphan =
        pidLines(data).stream()
            .findFirst()
            .flatMap(pid -> ProcessHandle.of(Long.parseLong(pid.trim())));
    if (orphan.isPresent()
        && orphan.get().info().command().filter(c -> c.endsWith("postgres")).isPresent()) {
      stop(orphan.get());
    }
  }

  private static void initialize(Path binaries, Path data, Path passwordFile, Path log)
      throws IOException, InterruptedException, StartException {
    byte[] random = new byte[24];
    new SecureRandom().nextBytes(random);
    Files.deleteIfExists(passwordFile);
    Files.createFile(
        passwordFile,
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(passwordFile, HexFormat.of().formatHex(random));
    // A first start that was cut short leaves a folder without a version; it holds nothing yet.
    Path fresh = data.resolveSibling("postgres.new");
    deleteTree(fresh);
    Process initdb =
        run(
            log,
            List.of(
                binaries.resolve("bin/initdb").toString(),
                "-D",
                fresh.toString(),
                "-U",
                USER,
                "--auth=scram-sha-256",
                "--pwfile=" + passwordFile,
                "--encoding=UTF8",
                "--locale=C"));
    if (initdb.waitFor() != 0) {
      throw new StartException("PostgreSQL could not make its database: " + lastLine(log));
    }
    Files.move(fresh, data);
  }

  private static Process run(Path log, List<String> command) throws IOException, StartException {
    List<String> whole = new ArrayList<>(List.of("setsid"));
    if ("root".equals(System.getProperty("user.name"))) {
      // PostgreSQL refuses to run as root; in a user namespace of its own it is nobody.
      if (!canUnshare()) {
        throw new StartException(
            "PostgreSQL does not run as root and user namespaces are not allowed here; run"
                + " Deltaport as another user, or give a database with --database-url");
      }
      whole.addAll(List.of("unshare", "--user"));
    }
    whole.addAll(command);
    return new ProcessBuilder(whole)
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
        .start();
  }

  private static boolean canUnshare() throws IOException {
    try {
      return new ProcessBuilder("unshare", "--user", "true").start().waitFor() == 0;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private static void awaitReady(Process process, Path data, Path log)
      throws IOException, InterruptedException, StartException {
    Instant deadline = Instant.now().plus(START_TIMEOUT);
    while (true) {
      List<String> lines = pidLines(data);
      if (lines.size() > STATUS_LINE && lines.get(STATUS_LINE).startsWith("ready")) {
        return;
      }
      if (!process.isAlive()) {
        throw new StartException("PostgreSQL ended at once: " + lastLine(log));
      }
      if (Instant.now().isAfter(deadline)) {
        stop(process.toHandle());
        throw new StartException("PostgreSQL was not ready in time; its log is " + log);
      }
      process.waitFor(POLL_MILLIS, TimeUnit.MILLISECONDS);
    }
  }

  private static List<String> pidLines(Path data) throws IOException {
    try {
      return Files.readAllLines(data.resolve("postmaster.pid"));
    } catch (NoSuchFileException e) {
      return List.of();
    }
  }

  private static String lastLine(Path log) throws IOException {
    List<String> lines = Files.readAllLines(log);
    return (lines.isEmpty() ? "no message" : lines.getLast()) + " (see " + log + ")";
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private static void deleteTree(Path folder) throws IOException {
    if (Files.exists(folder)) {
      try (var paths = Files.walk(folder)) {
        for (Path path : paths.sorted(java.util.Comparator.reverseOrder()).toList()) {
          Files.delete(path);
        }
      }
    }
  }
}
