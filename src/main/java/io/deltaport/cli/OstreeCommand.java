package io.deltaport.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Everything about OSTree repositories. */
@Command(
    name = "ostree",
    mixinStandardHelpOptions = true,
    description = "Move OSTree repositories in and out, and look after their refs.",
    subcommands = {
      OstreeImportCommand.class,
      OstreeExportCommand.class,
      OstreeRefsCommand.class,
      OstreeEncapsulateCommand.class
    })
final class OstreeCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Say what to do with OSTree repositories:");
  }
}
