package io.deltaport.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** One run of a program that is not ours. */
final class Command {
  private static final Duration TIMEOUT = Duration.ofMinutes(8);

  private final ProcessBuilder builder;

  private Command(List<String> words) {
    builder = new ProcessBuilder(words);
    builder.redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
    builder.environment().put("PATH", Clients.searchPath());
    builder.environment().put("LC_ALL", "C.UTF-8");
  }

  /** A client that {@code scripts/install-clients} installs; without it the test fails by name. */
  static Command client(String name, Object... arguments) {
    return program(Clients.require(name).toString(), arguments);
  }

  /** A program that every system has, or the path of one. */
  static Command program(String name, Object... arguments) {
    return new Command(new ArrayList<>(List.of(name))).with(arguments);
  }

  /** Adds arguments after those that it has. */
  Command with(Object... arguments) {
    for (Object argument : arguments) {
      builder.command().add(argument.toString());
    }
    return this;
  }

  Command in(Path folder) {
    builder.directory(folder.toFile());
    return this;
  }

  Command env(String name, Object value) {
    builder.environment().put(name, value.toString());
    return this;
  }

  /** Runs it and returns how it ended. */
  Result run() {
    try {
      return start().await();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Runs it, fails unless it succeeds, and returns what it printed to standard output. */
  String ok() {
    return run().ok();
  }

  /** Begins it; the caller waits for its end. */
  Running start() throws IOException {
    Path out = Files.createTempFile("deltaport-it", ".out");
    Path err = Files.createTempFile("deltaport-it", ".err");
    builder.redirectOutput(out.toFile()).redirectError(err.toFile());
    return new Running(String.join(" ", builder.command()), builder.start(), out, err);
  }

  /** A program that has not ended yet. */
  record Running(String command, Process process, Path out, Path err) {
    Result await() throws IOException {
      try {
        if (!process.waitFor(TIMEOUT.toSeconds(), TimeUnit.SECONDS)) {
          process.destroyForcibly();
          throw new AssertionError("did not end in time: " + command + "\n" + read(err));
        }
      } catch (InterruptedException e) {
        process.destroyForcibly();
        Thread.currentThread().interrupt();
        throw new AssertionError("interrupted: " + command, e);
      }
      Result result = new Result(command, process.exitValue(), read(out), read(err));
      Files.delete(out);
      Files.delete(err);
      return result;
    }

    private static String read(Path file) throws IOException {
      return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    }
  }

  /** How a program ended. */
  record Result(String command, int status, String out, String err) {
    String ok() {
      assertThat(status).as("%s%n%s%s", command, out, err).isZero();
      return out;
    }
  }
}
