package io.deltaport.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;

/** GnuPG with a home folder of its own, whose path is short enough for its agent's socket. */
record Gpg(Path home) implements AutoCloseable {
  static Gpg in(Path folder) {
    try {
      return new Gpg(
          Files.createDirectory(
              folder.resolve("gpg"),
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"))));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Command run(Object... arguments) {
    List<Object> words = new ArrayList<>(List.of("--homedir", home, "--batch", "--yes", "-q"));
    words.addAll(List.of(arguments));
    return Command.client("gpg", words.toArray());
  }

  /** Makes a key without asking, and returns its fingerprint. */
  String generate(String userId, String passphrase, String algorithm, String usage) {
    run(
            "--pinentry-mode",
            "loopback",
            "--passphrase",
            passphrase,
            "--quick-generate-key",
            userId,
            algorithm,
            usage,
            "never")
        .ok();
    return fingerprint(userId);
  }

  /** Adds a signing subkey. */
  void addSubkey(String fingerprint, String algorithm) {
    run(
            "--pinentry-mode",
            "loopback",
            "--passphrase",
            "",
            "--quick-add-key",
            fingerprint,
            algorithm,
            "sign",
            "never")
        .ok();
  }

  String fingerprint(String userId) {
    return run("--with-colons", "--list-keys", userId)
        .ok()
        .lines()
        .filter(line -> line.startsWith("fpr:"))
        .findFirst()
        .orElseThrow()
        .split(":", -1)[9];
  }

  /** Exports a private key; {@code how} is {@code --export-secret-keys} or one of its kin. */
  Path export(String how, String fingerprint, String passphrase, boolean armour, Path file) {
    List<Object> words = new ArrayList<>();
    words.addAll(List.of("--pinentry-mode", "loopback", "--passphrase", passphrase));
    if (armour) {
      words.add("--armor");
    }
    words.addAll(List.of("--output", file, how, fingerprint));
    run(words.toArray()).ok();
    return file;
  }

  @Override
  public void close() {
    Command.client("gpgconf", "--homedir", home, "--kill", "all").run();
  }
}
