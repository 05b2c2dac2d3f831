package io.deltaport.it;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A folder for one test class, removed at its end by {@code rm}: unlike the test framework's own it
 * takes trees of a whole system, with device nodes and names that are no UTF-8.
 */
final class WorkFolder implements BeforeAllCallback, AfterAllCallback {
  private final AtomicInteger count = new AtomicInteger();
  private Path folder;

  @Override
  public void beforeAll(ExtensionContext context) throws IOException {
    folder = Files.createTempDirectory("dp");
  }

  @Override
  public void afterAll(ExtensionContext context) {
    delete(folder);
  }

  /** Returns a new empty folder, with a short name: podman takes only 50 characters for some. */
  Path fresh() {
    try {
      return Files.createDirectory(folder.resolve("w" + count.incrementAndGet()));
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  static void delete(Path folder) {
    Command.program("rm", "-rf", "--one-file-system", folder).ok();
  }
}
