package io.deltaport.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * One server for all tests that do not kill it, started by the first of them and stopped at the end
 * of the run. Each test uses repositories of its own.
 */
final class SharedServer {
  private static ServerProcess server;

  private SharedServer() {}

  static synchronized ServerProcess get() {
    if (server == null) {
      Path folder = temporary();
      server = ServerProcess.start(folder.resolve("data"));
      Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(folder)));
    }
    if (!server.isAlive()) {
      throw new AssertionError("the server ended in a test before this one: " + server.lastLines());
    }
    return server;
  }

  private static void stop(Path folder) {
    server.close();
    WorkFolder.delete(folder);
  }

  private static Path temporary() {
    try {
      return Files.createTempDirectory("deltaport-server");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
