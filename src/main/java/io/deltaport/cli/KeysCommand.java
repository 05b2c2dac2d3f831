package io.deltaport.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Everything about signing keys. */
@Command(
    name = "keys",
    mixinStandardHelpOptions = true,
    description = {
      "Make, import, list, export, rotate, retire and remove the keys that sign what a server offers"
          + " to OSTree clients.",
      "",
      "Private keys stay on the server, encrypted."
    },
    subcommands = {
      KeysCreateCommand.class,
      KeysImportCommand.class,
      KeysListCommand.class,
      KeysExportCommand.class,
      KeysRotateCommand.class,
      KeysRetireCommand.class,
      KeysRemoveCommand.class
    })
final class KeysCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Say what to do with keys:");
  }
}
