package io.deltaport.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;

/**
 * A real Deltaport server as a process of its own, built before the tests by Maven. A test may kill
 * it and start another one on the same folder. Not thread-safe, except for the getters.
 */
public final class ServerProcess implements AutoCloseable {
  private static final Duration START_TIMEOUT = Duration.ofSeconds(90);
  private static final long STOP_SECONDS = 40;
  private static final int LAST_CHARACTERS = 4000;

  private final Process process;
  private final Path data;
  private final int port;
  private final SSLContext tls;

  private ServerProcess(Process process, ServerLaunch launch) {
    this.process = process;
    this.data = launch.data();
    this.port = launch.port();
    this.tls = launch.tls();
  }

  /** Starts a server that keeps everything in {@code data} and waits until it answers. */
  public static ServerProcess start(Path data, String... options) {
    try {
      return start(data, freePort(), options);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** As above, on a port that the test knows, such as that of a server before it. */
  public static ServerProcess start(Path data, int port, String... options) throws IOException {
    return new ServerLaunch(data, port).options(options).start();
  }

  /** Returns the folder that holds the server's data. */
  public Path data() {
    return data;
  }

  /** Starts what {@code launch} describes and waits until it answers. */
  static ServerProcess start(ServerLaunch launch) throws IOException {
    Process process =
        launch
            .process()
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(logFile(launch.data()).toFile()))
            .start();
    ServerProcess server = new ServerProcess(process, launch);
    server.awaitReady();
    return server;
  }

  /** Returns what clients put before a repository name: {@code localhost:PORT}. */
  public String host() {
    return "localhost:" + port;
  }

  public int port() {
    return port;
  }

  /** Returns the base address, without a slash at the end. */
  public String url() {
    return (tls == null ? "http://" : "https://") + host();
  }

  /** Returns everything that the server logged, for messages of failed tests. */
  public String log() {
    try {
      return Files.readString(logFile(data));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** Returns the end of what the server logged. */
  String lastLines() {
    String log = log();
    return log.substring(Math.max(0, log.length() - LAST_CHARACTERS));
  }

  long pid() {
    return process.pid();
  }

  /** Returns the largest resident size that the process ever had, in bytes. */
  public long peakMemoryBytes() throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/" + process.pid() + "/status"))) {
      if (line.startsWith("VmHWM:")) {
        return Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024;
      }
    }
    throw new AssertionError("the server is not running");
  }

  /** Ends the process as a power cut would: SIGKILL. Its PostgreSQL goes on for the next server. */
  public void kill() throws InterruptedException {
    process.destroyForcibly();
    process.waitFor();
  }

  /** Ends the server in an orderly way, and the PostgreSQL of a killed server too. */
  @Override
  public void close() {
    try {
      process.destroy();
      if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
        kill();
        throw new AssertionError("the server did not stop on SIGTERM\n" + log());
      }
      endPostgres();
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void endPostgres() throws IOException {
    postgres().ifPresent(ProcessHandle::destroy);
  }

  /** Returns the first process of the server's own PostgreSQL, if it runs. */
  Optional<ProcessHandle> postgres() throws IOException {
    return postgresLine(0)
        .flatMap(pid -> ProcessHandle.of(Long.parseLong(pid)))
        .filter(handle -> handle.info().command().orElse("").endsWith("postgres"));
  }

  /** Returns options that let another server use this one's PostgreSQL, through {@code port}. */
  String[] databaseOptions(int port) throws IOException {
    return new String[] {
      "--database-url=postgresql://127.0.0.1:" + port + "/postgres",
      "--database-username=deltaport",
      "--database-password=" + Files.readString(data.resolve("postgres.password")).trim()
    };
  }

  /** Returns the port of the server's own PostgreSQL. */
  int postgresPort() {
    try {
      return Integer.parseInt(postgresLine(3).orElseThrow());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Optional<String> postgresLine(int line) throws IOException {
    try {
      return Files.readAllLines(data.resolve("postgres/postmaster.pid")).stream()
          .skip(line)
          .findFirst()
          .map(String::trim);
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  private void awaitReady() {
    try (HttpClient client = client()) {
      Await.until("the server answers", START_TIMEOUT, () -> isReady(client));
    }
  }

  /** Returns a client that trusts the server. */
  HttpClient client() {
    HttpClient.Builder builder = HttpClient.newBuilder();
    return (tls == null ? builder : builder.sslContext(tls)).build();
  }

  private boolean isReady(HttpClient client) throws InterruptedException {
    if (!process.isAlive()) {
      throw new AssertionError("the server ended while it was starting\n" + log());
    }
    HttpRequest request = HttpRequest.newBuilder(URI.create(url() + "/v2/")).build();
    try {
      return client.send(request, BodyHandlers.discarding()).statusCode() == 200;
    } catch (IOException e) {
      return false;
    }
  }

  private static Path logFile(Path data) {
    return data.resolveSibling(data.getFileName() + ".log");
  }

  static int freePort() throws IOException {
    try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return probe.getLocalPort();
    }
  }
}
