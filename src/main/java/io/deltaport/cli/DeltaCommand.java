package io.deltaport.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Everything about deltas. */
@Command(
    name = "delta",
    mixinStandardHelpOptions = true,
    description = "Make, fetch, list, inspect and apply deltas between OS images.",
    subcommands = {
      DeltaCreateCommand.class,
      DeltaExportCommand.class,
      DeltaApplyCommand.class,
      DeltaListCommand.class,
      DeltaInspectCommand.class
    })
final class DeltaCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Say what to do with deltas:");
  }
}
