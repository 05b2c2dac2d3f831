package io.deltaport.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Sends a private key to the server. */
@Command(
    name = "import",
    mixinStandardHelpOptions = true,
    description = {
      "Give the server a private key that was made elsewhere; it signs from now on.",
      "",
      "The file is what `gpg --export-secret-keys` writes, armoured or not; a PEM file of"
          + " `openssl genpkey -algorithm ed25519`; or a line of base64 as `ostree sign` takes it.",
      "Private keys should cross a network over HTTPS only."
    },
    footer = {
      "",
      "Examples:",
      "  deltaport keys import releases --file releases.pem",
      "  deltaport keys import fleet --file fleet.asc --passphrase-file passphrase"
    })
final class KeysImportCommand implements Callable<Integer> {
  /** The server takes no longer ones. */
  private static final int FILE_MAX_BYTES = 64 * 1024;

  @Parameters(paramLabel = "NAME", description = "How the key is called on the server.")
  private String name;

  @Option(names = "--file", required = true, paramLabel = "FILE", description = "The private key.")
  private Path file;

  @Option(
      names = "--passphrase-file",
      paramLabel = "FILE",
      description = "Its passphrase, when it has one.")
  private Path passphraseFile;

  @Option(
      names = "--repositories",
      paramLabel = "PATTERN",
      split = ",",
      description =
          "Repositories that it is for: * is anything but a slash, ** anything (default: **).")
  private List<String> repositories;

  @Mixin private ServerOptions server;
  @Mixin private Output output;

  @Override
  public Integer call() throws IOException {
    ObjectNode request = KeyText.request(repositories).put("name", name).put("key", read(file));
    if (passphraseFile != null) {
      request.put(
          "passphrase", new String(read(passphraseFile), StandardCharsets.UTF_8).stripTrailing());
    }
    JsonNode key = server.client().post(KeyText.PATH + "/import", request);
    output.print(key, KeyText.made(key));
    return 0;
  }

  private static byte[] read(Path from) throws IOException {
    try (InputStream in = Files.newInputStream(from)) {
      byte[] content = in.readNBytes(FILE_MAX_BYTES + 1);
      if (content.length > FILE_MAX_BYTES) {
        throw new CliException(from + " is too long to be a key");
      }
      return content;
    } catch (java.nio.file.NoSuchFileException e) {
      throw new CliException("there is no file " + from, e);
    }
  }
}
