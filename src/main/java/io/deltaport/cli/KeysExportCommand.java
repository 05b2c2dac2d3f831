package io.deltaport.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Writes public keys as devices take them. */
@Command(
    name = "export",
    mixinStandardHelpOptions = true,
    description = {
      "Write a public key as stock tools take it: ed25519 as a line of base64, OpenPGP as a keyring"
          + " in ASCII armour.",
      "",
      "With --repository, all keys that sign for it come in one file: what devices need while a key"
          + " is being rotated."
    },
    footer = {
      "",
      "Examples:",
      "  deltaport keys export releases --option",
      "  ostree remote add os URL $(deltaport keys export releases --option)",
      "  deltaport keys export --repository os --kind ed25519 -o os.ed25519",
      "  ostree remote add os URL --sign-verify=ed25519=file:/etc/os.ed25519",
      "  deltaport keys export --repository os --kind openpgp --binary -o os.gpg",
      "  ostree remote add os URL --gpg-import=os.gpg"
    })
final class KeysExportCommand implements Callable<Integer> {
  /** Public keys of a thousand keys stay far below this. */
  private static final int FILE_MAX_BYTES = 64 * 1024 * 1024;

  @ArgGroup(multiplicity = "1")
  private Which which;

  /** One key, or all of a repository. */
  static final class Which {
    @Parameters(paramLabel = "NAME", description = "The key.")
    private String name;

    @ArgGroup(exclusive = false)
    private All all;
  }

  /** All active keys of a kind. */
  static final class All {
    @Option(
        names = "--repository",
        required = true,
        paramLabel = "REPOSITORY",
        description = "All active keys that sign for this repository.")
    private String repository;

    @Option(
        names = "--kind",
        required = true,
        paramLabel = "KIND",
        description = "Those of this kind: ed25519 or openpgp.")
    private String kind;
  }

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      description = "Write to FILE (default: standard output).")
  private Path file;

  @Option(names = "--binary", description = "OpenPGP: write a binary keyring.")
  private boolean binary;

  @Option(
      names = "--option",
      description = "ed25519: write the options of `ostree remote add` that tell the key.")
  private boolean option;

  @Mixin private ServerOptions server;
  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    byte[] content;
    String armour = binary ? "armour=false" : "armour=true";
    String path =
        which.name != null
            ? KeyText.path(which.name) + "/public?" + armour
            : KeyText.PATH
                + "/public?repository="
                + ApiClient.encode(which.all.repository)
                + "&kind="
                + ApiClient.encode(which.all.kind)
                + "&"
                + armour;
    try (InputStream in = server.client().open(path)) {
      content = in.readNBytes(FILE_MAX_BYTES);
    }
    write(option ? asOption(content) : content);
    return 0;
  }

  private static byte[] asOption(byte[] content) {
    String[] keys = new String(content, StandardCharsets.US_ASCII).strip().split("\n", -1);
    if (keys.length != 1 || !keys[0].matches("[A-Za-z0-9+/]+=*")) {
      throw new CliException(
          "--option is for one ed25519 key; write several with -o FILE, and use"
              + " --sign-verify=ed25519=file:FILE");
    }
    String options = "--set=sign-verify=ed25519 --set=verification-ed25519-key=" + keys[0] + "\n";
    return options.getBytes(StandardCharsets.US_ASCII);
  }

  private void write(byte[] content) throws IOException {
    if (file != null) {
      Files.write(file, content);
    } else if (binary) {
      OutputStream out = System.out;
      out.write(content);
      out.flush();
    } else {
      spec.commandLine().getOut().print(new String(content, StandardCharsets.US_ASCII));
      spec.commandLine().getOut().flush();
    }
  }
}
