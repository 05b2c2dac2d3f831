package io.deltaport.it;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assumptions;

/** Finds the real clients, which {@code scripts/install-clients} installs. */
public final class Clients {
  private Clients() {}

  /**
   * Returns the program's file.
   *
   * <p>When it is missing the test fails, unless the install script has said that this machine
   * lacks the toolchain for it: then the test is skipped, but never in CI.
   */
  public static Path require(String name) {
    Optional<Path> found = find(name);
    if (found.isPresent()) {
      return found.get();
    }
    Optional<String> reason = skipped(name);
    if (reason.isEmpty() || "true".equals(System.getenv("CI"))) {
      throw new AssertionError(
          "the client " + name + " is missing; run scripts/install-clients" + reason.orElse(""));
    }
    return Assumptions.abort("skipped, " + reason.get());
  }

  /** Skips the test, or fails it in CI, when it does not run as root. */
  static void requireRoot() {
    if (!"root".equals(System.getProperty("user.name"))) {
      if ("true".equals(System.getenv("CI"))) {
        throw new AssertionError("this test makes files of other owners: it needs root");
      }
      Assumptions.abort("skipped, it makes files of other owners and so needs root");
    }
  }

  static String searchPath() {
    return cache().resolve("bin") + File.pathSeparator + System.getenv("PATH");
  }

  static Path cache() {
    String own = System.getenv("DELTAPORT_CACHE");
    if (own != null) {
      return Path.of(own);
    }
    String user = System.getenv("XDG_CACHE_HOME");
    return (user == null ? Path.of(System.getProperty("user.home"), ".cache") : Path.of(user))
        .resolve("deltaport");
  }

  private static Optional<Path> find(String name) {
    return Pattern.compile(File.pathSeparator, Pattern.LITERAL)
        .splitAsStream(searchPath())
        .map(folder -> Path.of(folder, name))
        .filter(Files::isExecutable)
        .findFirst();
  }

  private static Optional<String> skipped(String name) {
    Path list = cache().resolve("skipped");
    if (!Files.exists(list)) {
      return Optional.empty();
    }
    try {
      List<String> lines = Files.readAllLines(list);
      return lines.stream().filter(line -> line.startsWith(name + ":")).findFirst();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
