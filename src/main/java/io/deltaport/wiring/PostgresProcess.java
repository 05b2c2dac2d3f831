package io.deltaport.wiring;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Runs PostgreSQL's programs and knows how far a server has come.
 *
 * <p>A server is in a session of its own, so that Ctrl-C reaches Deltaport alone.
 */
final class PostgresProcess {
  /** Long enough to make good what a crash left: up to a gigabyte of log is read again. */
  private static final Duration START_TIMEOUT = Duration.ofMinutes(5);

  private static final Duration STOP_TIMEOUT = Duration.ofSeconds(20);
  private static final long POLL_MILLIS = 20;

  /** The line of postmaster.pid, counted from 0, that says how far the start has come. */
  private static final int STATUS_LINE = 7;

  private PostgresProcess() {}

  /** Starts a program as a user that PostgreSQL accepts; what it says goes to the log. */
  static Process run(Path log, List<String> command) throws IOException, StartException {
    return builder(log, command).start();
  }

  /** As above, for a program that reads what it shall do from a file. */
  static Process run(Path log, Path input, List<String> command)
      throws IOException, StartException {
    return builder(log, command).redirectInput(input.toFile()).start();
  }

  private static ProcessBuilder builder(Path log, List<String> command)
      throws IOException, StartException {
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
        .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
  }

  private static boolean canUnshare() throws IOException {
    try {
      return new ProcessBuilder("unshare", "--user", "true").start().waitFor() == 0;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** Returns when the server on the folder {@code data} takes connections. */
  static void awaitReady(Process process, Path data, Path log)
      throws IOException, InterruptedException, StartException {
    Instant deadline = Instant.now().plus(START_TIMEOUT);
    while (!isReady(process, data)) {
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

  private static boolean isReady(Process process, Path data) throws IOException {
    List<String> lines = pidLines(data);
    // The file of a server that was killed says that it is ready, too.
    return lines.size() > STATUS_LINE
        && lines.getFirst().trim().equals(Long.toString(process.pid()))
        && lines.get(STATUS_LINE).startsWith("ready");
  }

  /** Ends a server that outlived the Deltaport that started it. */
  static void stopOrphan(Path data) throws IOException {
    Optional<ProcessHandle> orphan =
        pidLines(data).stream()
            .findFirst()
            .flatMap(pid -> ProcessHandle.of(Long.parseLong(pid.trim())));
    if (orphan.isPresent()
        && orphan.get().info().command().filter(c -> c.endsWith("postgres")).isPresent()) {
      stop(orphan.get());
    }
  }

  /** Ends a server in its own orderly way. */
  static void stop(ProcessHandle handle) {
    // SIGINT, which Java cannot send, would be the fast shutdown; SIGTERM waits for clients, and
    // those were ours and are gone.
    handle.destroy();
    try {
      handle.onExit().get(STOP_TIMEOUT.toSeconds(), TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (java.util.concurrent.ExecutionException | java.util.concurrent.TimeoutException e) {
      handle.destroyForcibly();
    }
  }

  /** Returns the last thing that was logged, for people. */
  static String lastLine(Path log) throws IOException {
    List<String> lines = Files.readAllLines(log);
    return (lines.isEmpty() ? "no message" : lines.getLast()) + " (see " + log + ")";
  }

  private static List<String> pidLines(Path data) throws IOException {
    try {
      return Files.readAllLines(data.resolve("postmaster.pid"));
    } catch (NoSuchFileException e) {
      return List.of();
    }
  }
}
