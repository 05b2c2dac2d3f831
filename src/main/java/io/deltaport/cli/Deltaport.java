package io.deltaport.cli;

import java.io.IOException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * The tool's entry: every verb but {@code serve}, {@code verify} and {@code backup}, which the
 * launcher runs.
 */
@Command(
    name = "deltaport",
    mixinStandardHelpOptions = true,
    versionProvider = Deltaport.Version.class,
    description = "A registry for operating systems: devices fetch what changed, not whole layers.",
    subcommands = {
      Launched.Serve.class,
      Launched.Verify.class,
      Launched.Backup.class,
      DeltaCommand.class,
      PlanCommand.class,
      ImagesCommand.class,
      JobsCommand.class,
      KeysCommand.class,
      OstreeCommand.class,
      StatsCommand.class,
      GcCommand.class,
      FsckCommand.class,
      VersionCommand.class
    },
    footer = {
      "",
      "Start a registry and push two releases to it:",
      "  deltaport serve",
      "  skopeo copy --dest-tls-verify=false oci:v1 docker://localhost:5000/os:stable",
      "  skopeo copy --dest-tls-verify=false oci:v2 docker://localhost:5000/os:stable",
      "See the delta between them:",
      "  deltaport delta list os",
      "",
      "Each verb has its own --help."
    })
public final class Deltaport implements Runnable {
  @Spec private CommandSpec spec;

  /** Runs a verb and ends with its status: 0 done, 1 failed, 2 used wrongly. */
  public static void main(String... args) {
    System.exit(execute(args));
  }

  /** Runs a verb and returns its status. */
  public static int execute(String... args) {
    return new CommandLine(new Deltaport())
        .setExecutionExceptionHandler(Deltaport::explain)
        .setCaseInsensitiveEnumValuesAllowed(true)
        .execute(args);
  }

  private static int explain(
      Exception failure, CommandLine command, CommandLine.ParseResult parsed) {
    boolean expected = failure instanceof CliException || failure instanceof IOException;
    String message = failure.getMessage() == null ? failure.toString() : failure.getMessage();
    command.getErr().println("deltaport: " + message);
    if (!expected || System.getenv("DELTAPORT_TRACE") != null) {
      failure.printStackTrace(command.getErr());
    }
    return 1;
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Say what to do:");
  }

  /** Tells the version that was built. */
  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {"deltaport " + current()};
    }

    static String current() {
      String version = Deltaport.class.getPackage().getImplementationVersion();
      return version == null ? "development" : version;
    }
  }
}
