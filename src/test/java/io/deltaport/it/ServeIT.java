package io.deltaport.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.restassured.RestAssured;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The life of a server: start, stop, crash, and what it says when it cannot start. */
final class ServeIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @RegisterExtension static final WorkFolder WORK = new WorkFolder();

  private static String serverJava() {
    return Path.of(System.getProperty("java.home"), "bin", "java").toString();
  }

  /** Runs a server that is expected to end by itself. */
  private static Command.Result serve(Path folder, String... options) {
    Object[] arguments = new Object[options.length + 4];
    arguments[0] = "-jar";
    arguments[1] = ServerLaunch.JAR;
    arguments[2] = "--port=0";
    arguments[3] = "--host=localhost";
    System.arraycopy(options, 0, arguments, 4, options.length);
    return Command.program(serverJava(), arguments).in(folder).run();
  }

  @Test
  void stopsItsPostgresAfterItself() throws IOException {
    Path data = WORK.fresh();
    ProcessHandle postgres;
    try (ServerProcess server = ServerProcess.start(data)) {
      postgres = server.postgres().orElseThrow();
      assertThat(postgres.isAlive()).isTrue();
      assertThat(server.log()).contains("Deltaport is ready on http://" + server.host());
    }
    Await.until("PostgreSQL has ended", PATIENCE, () -> !postgres.isAlive());
    assertThat(data.resolve("postgres/postmaster.pid")).doesNotExist();
  }

  @Test
  void keepsEverythingAcrossStopAndKill() throws Exception {
    Path data = WORK.fresh();
    ProcessHandle orphan;
    try (ServerProcess server = ServerProcess.start(data)) {
      assertThat(put(server, "one")).isEqualTo(201);
    }
    try (ServerProcess server = ServerProcess.start(data)) {
      assertThat(get(server, "one")).isEqualTo(200);
      assertThat(put(server, "two")).isEqualTo(201);
      server.kill();
      orphan = server.postgres().orElseThrow();
      assertThat(orphan.isAlive()).as("PostgreSQL survives the server").isTrue();
    }
    try (ServerProcess server = ServerProcess.start(data)) {
      // Whoever inherits a process whose parent died takes its time to bury it.
      Await.until("the old PostgreSQL is gone", Await.PATIENCE, () -> !orphan.isAlive());
      assertThat(get(server, "one")).isEqualTo(200);
      assertThat(get(server, "two")).isEqualTo(200);
    }
  }

  private static int put(ServerProcess server, String content) {
    return RestAssured.given()
        .urlEncodingEnabled(false)
        .contentType("application/octet-stream")
        .body(content.getBytes(java.nio.charset.StandardCharsets.UTF_8))
        .post(server.url() + "/v2/life/blobs/uploads/?digest=" + digest(content))
        .statusCode();
  }

  private static int get(ServerProcess server, String content) {
    return RestAssured.given()
        .urlEncodingEnabled(false)
        .get(server.url() + "/v2/life/blobs/" + digest(content))
        .statusCode();
  }

  private static String digest(String content) {
    return io.deltaport.oci.Digest.sha256(content.getBytes(java.nio.charset.StandardCharsets.UTF_8))
        .toString();
  }

  @Test
  void twoServersDoNotShareAFolder() {
    Path data = WORK.fresh();
    try (ServerProcess server = ServerProcess.start(data)) {
      Command.Result second = serve(WORK.fresh(), "--data=" + data);
      assertThat(second.status()).isEqualTo(1);
      assertThat(second.err()).contains("another Deltaport server is using " + data);
      assertThat(second.err()).doesNotContain("\tat ");
      assertThat(get(server, "nothing")).isEqualTo(404);
    }
  }

  @Test
  void saysThatThePortIsTaken() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("localhost"))) {
      Command.Result result = serve(WORK.fresh(), "--data=data", "--port=" + taken.getLocalPort());
      assertThat(result.status()).isNotZero();
      assertThat(result.err() + result.out()).doesNotContain("\tat ");
    }
  }

  @Test
  void refusesWrongSettingsInOneLine() throws IOException {
    Path folder = WORK.fresh();
    Path file = Files.createFile(folder.resolve("file"));
    for (List<String> wrong :
        List.of(
            List.of("--data=" + file, "cannot be written"),
            List.of("--database-url=mysql://x", "must begin with postgresql://"),
            List.of("--database-url=postgresql://127.0.0.1:1/none", "could not start"))) {
      Command.Result result = serve(folder, wrong.getFirst());
      assertThat(result.status()).as(result.err()).isEqualTo(1);
      assertThat(result.err()).contains("deltaport: ").contains(wrong.getLast());
    }
  }

  @Test
  void takesSettingsFromTheEnvironmentAndAFile() throws IOException {
    Path folder = WORK.fresh();
    Path config = Files.createDirectories(folder.resolve("config"));
    Files.writeString(
        config.resolve("application.properties"), "deltaport.port=none\ndeltaport.data=filed\n");
    Command server = Command.program(serverJava(), "-jar", ServerLaunch.JAR).in(folder);
    Command.Result fromFile = server.run();
    assertThat(fromFile.status()).isEqualTo(1);
    assertThat(fromFile.err()).contains("not \"none\"");
    Command.Result fromEnvironment = server.env("DELTAPORT_PORT", "nothing").run();
    assertThat(fromEnvironment.err()).contains("not \"nothing\"");
  }

  @Test
  void usesAGivenPostgres() throws IOException {
    Path owner = WORK.fresh();
    try (ServerProcess first = ServerProcess.start(owner)) {
      // The first server's PostgreSQL is as good as any: the second one brings no other.
      Path other = WORK.fresh();
      try (ServerProcess second =
          ServerProcess.start(other, first.databaseOptions(first.postgresPort()))) {
        assertThat(put(second, "elsewhere")).isEqualTo(201);
        assertThat(Files.exists(other.resolve("postgres"))).isFalse();
        assertThat(first.log()).isNotEmpty();
      }
    }
  }
}
