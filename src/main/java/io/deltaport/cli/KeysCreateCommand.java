package io.deltaport.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Makes a key on the server. */
@Command(
    name = "create",
    mixinStandardHelpOptions = true,
    description = "Make a key on the server, which signs from now on.",
    footer = {
      "",
      "Examples:",
      "  deltaport keys create releases",
      "  deltaport keys create fleet --kind openpgp --repositories 'fleet/**' \\",
      "    --user-id 'Fleet releases <releases@example.com>'"
    })
final class KeysCreateCommand implements Runnable {
  @Parameters(paramLabel = "NAME", description = "How the key is called.")
  private String name;

  @Option(
      names = "--kind",
      paramLabel = "KIND",
      defaultValue = "ed25519",
      description = "ed25519 (default) or openpgp.")
  private String kind;

  @Option(
      names = "--repositories",
      paramLabel = "PATTERN",
      split = ",",
      description =
          "Repositories that it is for: * is anything but a slash, ** anything (default: **).")
  private List<String> repositories;

  @Option(
      names = "--user-id",
      paramLabel = "TEXT",
      description = "What an OpenPGP key says of its owner.")
  private String userId;

  @Option(
      names = "--algorithm",
      paramLabel = "NAME",
      description =
          "Of an OpenPGP key: ed25519 (default) or rsa4096, for devices with GnuPG before 2.1.")
  private String algorithm;

  @Mixin private ServerOptions server;
  @Mixin private Output output;

  @Override
  public void run() {
    ObjectNode request = KeyText.request(repositories).put("name", name).put("kind", kind);
    request.put("userId", userId).put("algorithm", algorithm);
    JsonNode key = server.client().post(KeyText.PATH, request);
    output.print(key, KeyText.made(key));
  }
}
