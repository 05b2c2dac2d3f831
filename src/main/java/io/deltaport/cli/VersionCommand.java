package io.deltaport.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Tells the version. */
@Command(name = "version", mixinStandardHelpOptions = true, description = "Tell the version.")
final class VersionCommand implements Runnable {
  @Mixin private Output output;

  @Override
  public void run() {
    output.print(
        Json.object().put("version", Deltaport.Version.current()),
        "deltaport " + Deltaport.Version.current());
  }
}
