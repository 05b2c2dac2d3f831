package io.deltaport.it;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import javax.net.ssl.SSLContext;

/** How a server of a test is started, where that is not as everyone does. Not thread-safe. */
final class ServerLaunch {
  static final Path JAR = Path.of("target/deltaport-runner.jar").toAbsolutePath();

  private static final Path OPTIONS = Path.of("src/main/jvm/server.options");
  private static final Path AOT_CACHE = Path.of("target/server.aot");

  private final Path data;
  private final int port;
  private final Map<String, String> environment = new TreeMap<>();
  private final List<String> properties = new ArrayList<>();
  private final List<String> options = new ArrayList<>();
  private SSLContext tls;

  ServerLaunch(Path data, int port) {
    this.data = data;
    this.port = port;
  }

  static ServerLaunch on(Path data) throws IOException {
    return new ServerLaunch(data, ServerProcess.freePort());
  }

  Path data() {
    return data;
  }

  int port() {
    return port;
  }

  /** Sets an environment variable of the server and of the PostgreSQL that it starts. */
  ServerLaunch environment(String name, String value) {
    environment.put(name, value);
    return this;
  }

  /** Sets a setting that has no option. */
  ServerLaunch setting(String name, Object value) {
    properties.add("-D" + name + "=" + value);
    return this;
  }

  /** Serves HTTPS with a certificate that {@code trust} trusts. */
  ServerLaunch tls(Path certificate, Path key, SSLContext trust) {
    tls = trust;
    return options("--tls-certificate", certificate.toString(), "--tls-key", key.toString());
  }

  SSLContext tls() {
    return tls;
  }

  ServerLaunch options(String... more) {
    options.addAll(List.of(more));
    return this;
  }

  ServerProcess start() throws IOException {
    return ServerProcess.start(this);
  }

  ProcessBuilder process() throws IOException {
    if (!Files.exists(JAR)) {
      throw new AssertionError(JAR + " is missing; run the tests with ./mvnw verify");
    }
    Files.createDirectories(data);
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("@" + OPTIONS);
    if (Files.exists(AOT_CACHE)) {
      command.addAll(List.of("-XX:AOTCache=" + AOT_CACHE, "-Xlog:aot*=off", "-Xlog:cds*=off"));
    }
    command.addAll(properties);
    command.addAll(List.of("-jar", JAR.toString(), "--data", data.toString(), "--port", "" + port));
    command.addAll(options);
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().putAll(environment);
    return builder;
  }
}
