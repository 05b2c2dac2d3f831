package io.deltaport.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The launcher script as a user meets it. */
final class LauncherIT {
  private static final Path LAUNCHER = Path.of("deltaport").toAbsolutePath();

  @RegisterExtension static final WorkFolder WORK = new WorkFolder();

  /** Returns a checkout with just the launcher, where no build can succeed. */
  private static Path loneLauncher() throws IOException {
    Path folder = WORK.fresh();
    return Files.copy(
        LAUNCHER, folder.resolve("deltaport"), java.nio.file.StandardCopyOption.COPY_ATTRIBUTES);
  }

  @Test
  void saysWhatIsMissingWithoutAJdk() throws IOException {
    Path folder = WORK.fresh();
    Path tools = Files.createDirectories(folder.resolve("bin"));
    for (String tool : new String[] {"bash", "dirname", "readlink", "sed", "find", "env"}) {
      Path real = Path.of(Command.program("sh", "-c", "command -v " + tool).ok().strip());
      Files.createSymbolicLink(tools.resolve(tool), real);
    }
    // The usual places are hidden by a launcher that looks for a Java of the far future.
    Path launcher = loneLauncher();
    Files.writeString(
        launcher, Files.readString(launcher).replace("JAVA_VERSION=25", "JAVA_VERSION=2500"));
    Command.Result result = Command.program(launcher.toString(), "--help").env("PATH", tools).run();
    assertThat(result.status()).isEqualTo(1);
    assertThat(result.err()).contains("no JDK 2500 or later was found").contains("JAVA_HOME");
  }

  @Test
  void showsTheEndOfABuildThatFails() throws IOException {
    Path launcher = loneLauncher();
    Path folder = launcher.getParent();
    Files.createDirectories(folder.resolve("src/main"));
    Files.createDirectories(folder.resolve(".mvn"));
    Files.writeString(folder.resolve("pom.xml"), "<project/>");
    Path wrapper =
        Files.writeString(folder.resolve("mvnw"), "#!/bin/sh\necho no such thing\nexit 1\n");
    assertThat(wrapper.toFile().setExecutable(true)).isTrue();
    Command.Result result = Command.program(launcher.toString(), "version").run();
    assertThat(result.status()).isEqualTo(1);
    assertThat(result.err()).contains("no such thing").contains("the build failed");
  }

  @Test
  void helpsWithEveryVerb() {
    for (String verb : new String[] {"", "serve", "verify", "delta", "images", "jobs", "version"}) {
      Object[] words = verb.isEmpty() ? new Object[] {"--help"} : new Object[] {verb, "--help"};
      Command.Result result = Command.program(LAUNCHER.toString(), words).run();
      assertThat(result.ok()).as(verb).contains("Usage: deltaport " + verb);
    }
  }

  /** The cache of linked classes that makes the start fast must not depend on the folder. */
  @Test
  void runsTheServerFromAnyFolder() throws IOException {
    Command.Result result =
        Command.program(LAUNCHER.toString(), "serve", "--help").in(WORK.fresh()).run();
    assertThat(result.ok()).contains("Usage: deltaport serve");
  }

  @Test
  void aWrongVerbIsAWrongUse() {
    Command.Result result = Command.program(LAUNCHER.toString(), "delete-everything").run();
    assertThat(result.status()).isEqualTo(2);
    assertThat(result.err()).contains("delete-everything").contains("Did you mean");
  }
}
