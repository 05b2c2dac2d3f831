package io.deltaport.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** The verbs that the launcher script runs itself; they stand here for the help. */
final class Launched {
  private Launched() {}

  private abstract static class Verb implements Runnable {
    @Parameters(hidden = true, arity = "0..*")
    private String[] arguments = {};

    @Override
    public void run() {
      throw new CliException(
          "run this verb through the launcher, ./deltaport " + String.join(" ", arguments));
    }
  }

  /** Starts the registry. */
  @Command(name = "serve", description = "Start the registry; nothing needs to be configured.")
  static final class Serve extends Verb {}

  /** Copies a data folder. */
  @Command(
      name = "backup",
      description = "Copy a data folder, beside the server that uses it or without one.")
  static final class Backup extends Verb {}

  /** Runs the tests. */
  @Command(name = "verify", description = "Install what the tests need, and pass them all.")
  static final class Verify extends Verb {}
}
