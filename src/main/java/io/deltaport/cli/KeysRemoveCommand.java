package io.deltaport.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Removes a retired key. */
@Command(
    name = "remove",
    mixinStandardHelpOptions = true,
    description = "Remove a retired key for ever.",
    footer = {"", "Example:", "  deltaport keys remove releases"})
final class KeysRemoveCommand implements Runnable {
  @Parameters(paramLabel = "NAME", description = "The key.")
  private String name;

  @Mixin private ServerOptions server;
  @Mixin private Output output;

  @Override
  public void run() {
    server.client().delete(KeyText.path(name));
    output.print(Json.object().put("removed", name), "key " + name + " is gone");
  }
}
