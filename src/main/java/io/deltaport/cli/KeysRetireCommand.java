package io.deltaport.cli;

import com.fasterxml.jackson.databind.JsonNode;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Ends the signing of a key. */
@Command(
    name = "retire",
    mixinStandardHelpOptions = true,
    description = {
      "End the signing of a key. Devices that trust no other key refuse what the server offers from"
          + " then on."
    },
    footer = {"", "Example:", "  deltaport keys retire releases"})
final class KeysRetireCommand implements Runnable {
  @Parameters(paramLabel = "NAME", description = "The key.")
  private String name;

  @Option(
      names = "--force",
      description = "Even when no other key of its kind signs for its repositories.")
  private boolean force;

  @Mixin private ServerOptions server;
  @Mixin private Output output;

  @Override
  public void run() {
    JsonNode key =
        server.client().post(KeyText.path(name) + "/retire", Json.object().put("force", force));
    output.print(
        key,
        "key "
            + name
            + " does not sign any more\nNext: take its public key off devices; then"
            + " `deltaport keys remove "
            + name
            + "`");
  }
}
