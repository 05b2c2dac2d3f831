package io.deltaport.cli;

import com.fasterxml.jackson.databind.JsonNode;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Makes the key that follows another one. */
@Command(
    name = "rotate",
    mixinStandardHelpOptions = true,
    description = {
      "Make a new key of the same kind for the same repositories. Both keys sign until the old one is"
          + " retired, so devices may change over at any time in between."
    },
    footer = {
      "",
      "Examples:",
      "  deltaport keys rotate releases",
      "  deltaport keys rotate releases --new-name releases-2027"
    })
final class KeysRotateCommand implements Runnable {
  @Parameters(paramLabel = "NAME", description = "The key to follow.")
  private String name;

  @Option(
      names = "--new-name",
      paramLabel = "NAME",
      description = "How the new key is called (default: NAME with the next number).")
  private String newName;

  @Option(
      names = "--user-id",
      paramLabel = "TEXT",
      description = "What an OpenPGP key says of its owner.")
  private String userId;

  @Option(
      names = "--algorithm",
      paramLabel = "NAME",
      description = "Of an OpenPGP key: ed25519 (default) or rsa4096.")
  private String algorithm;

  @Mixin private ServerOptions server;
  @Mixin private Output output;

  @Override
  public void run() {
    JsonNode key =
        server
            .client()
            .post(
                KeyText.path(name) + "/rotate",
                Json.object()
                    .put("newName", newName)
                    .put("userId", userId)
                    .put("algorithm", algorithm));
    output.print(key, next(key));
  }

  private String next(JsonNode key) {
    String made = key.path("name").asText();
    return """
        keys %s and %s both sign everything in %s from now on: %s %s
        Next:
          1. give the new public key to devices, beside the old one:
               deltaport keys export %s
          2. back up the server's master key, if you did not yet
          3. when every device has the new key, end the old one:
               deltaport keys retire %s"""
        .formatted(
            name,
            made,
            KeyText.repositories(key),
            key.path("kind").asText(),
            key.path("fingerprint").asText(),
            made,
            name);
  }
}
