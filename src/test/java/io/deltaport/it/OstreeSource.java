package io.deltaport.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;

/** An OSTree repository as a fleet has one: two commits of one line, signed, made by ostree. */
record OstreeSource(Path work, Path repo, Path keyring, List<String> commits) {
  static final String REF = "os/x86_64/stable";
  private static final String SIGNER = "fleet@example.org";

  /**
   * Makes one.
   *
   * @param files files of 2,000 random bytes, beside some of each kind
   */
  static OstreeSource make(Path work, int files) throws IOException {
    Clients.requireRoot();
    Path keyring = Files.createDirectory(work.resolve("gpg"));
    Path repo = work.resolve("repo");
    OstreeSource source = new OstreeSource(work, repo, keyring, new java.util.ArrayList<>());
    Files.setPosixFilePermissions(
        keyring, java.nio.file.attribute.PosixFilePermissions.fromString("rwx------"));
    source.gpg("--passphrase", "", "--quick-generate-key", SIGNER, "ed25519", "sign", "never").ok();
    source.ostree("init", "--mode=archive");
    Path tree = work.resolve("tree");
    fill(tree, files);
    source.commit(tree);
    Files.writeString(tree.resolve("usr/bin/tool2"), "two");
    Files.writeString(tree.resolve("usr/bin/tool"), "changed");
    source.commit(tree);
    source.ostree("summary", "-u");
    // gpg leaves its agent running for further signatures.
    Command.program("gpgconf", "--kill", "gpg-agent").env("GNUPGHOME", keyring).ok();
    return source;
  }

  private static void fill(Path tree, int files) throws IOException {
    Files.createDirectories(tree.resolve("usr/bin"));
    Files.createDirectories(tree.resolve("usr/etc"));
    Files.createDirectories(tree.resolve("usr/lib/deep/er"));
    Files.createDirectories(tree.resolve("sysroot"));
    Files.writeString(tree.resolve("usr/bin/tool"), "one");
    Files.writeString(tree.resolve("usr/etc/conf"), "conf");
    Files.createFile(tree.resolve("usr/lib/empty"));
    Files.createSymbolicLink(tree.resolve("bin"), Path.of("usr/bin"));
    Files.createSymbolicLink(
        tree.resolve("usr/lib/deep/er/link"), Path.of("../x/" + "y".repeat(120)));
    Files.writeString(tree.resolve("usr/lib/" + "long".repeat(40)), "long");
    Random random = new Random(5);
    byte[] large = new byte[3_000_000];
    random.nextBytes(large);
    Files.write(tree.resolve("usr/lib/large"), large);
    for (int i = 0; i < files; i++) {
      byte[] content = new byte[2_000];
      random.nextBytes(content);
      Files.write(tree.resolve("usr/lib/deep/file" + i), content);
    }
    Files.setAttribute(tree.resolve("usr/lib/large"), "user:b", new byte[] {0, 1, 2});
    Files.setAttribute(
        tree.resolve("usr/lib/large"), "user:a", "first".getBytes(StandardCharsets.UTF_8));
    Files.setAttribute(tree.resolve("usr/bin/tool"), "unix:uid", 12);
    Files.setAttribute(tree.resolve("usr/bin/tool"), "unix:mode", 04711);
  }

  private Command gpg(Object... arguments) {
    List<Object> words = new java.util.ArrayList<>(List.of("--batch", "--quiet"));
    words.addAll(List.of(arguments));
    return Command.program("gpg", words.toArray()).env("GNUPGHOME", keyring);
  }

  private void commit(Path tree) {
    commits.add(
        ostree(
                "commit",
                "--branch=" + REF,
                "--tree=dir=" + tree,
                "--add-metadata-string=version=" + commits.size(),
                "--gpg-sign=" + SIGNER)
            .strip());
  }

  String ostree(String verb, Object... arguments) {
    return ostree(repo, verb, arguments);
  }

  /** Runs ostree on another repository. */
  String ostree(Path other, String verb, Object... arguments) {
    List<Object> words = new java.util.ArrayList<>(List.of(verb, "--repo=" + other));
    words.addAll(List.of(arguments));
    return Command.client("ostree", words.toArray()).env("GNUPGHOME", keyring).ok();
  }

  /** Makes a repository of another mode with the same commits. */
  Path copy(String mode) {
    Path copy = work.resolve(mode);
    ostree(copy, "init", "--mode=" + mode);
    ostree(copy, "pull-local", "--depth=-1", repo, REF);
    return copy;
  }

  /** Fails unless the repository is sound and has both commits, signed, under the ref. */
  void check(Path other) throws IOException {
    ostree(other, "fsck");
    assertThat(ostree(other, "rev-parse", REF).strip()).isEqualTo(commits.getLast());
    assertThat(ostree(other, "log", REF)).contains(commits.getFirst(), commits.getLast());
    Path client = Files.createTempDirectory(work, "client");
    Path key = client.resolve("key.asc");
    gpg("--armor", "--yes", "--output", key, "--export", SIGNER).ok();
    Path pulled = client.resolve("repo");
    ostree(pulled, "init", "--mode=archive");
    ostree(
        pulled,
        "remote",
        "add",
        "--gpg-import=" + key,
        "--set=gpg-verify=true",
        "origin",
        "file://" + other);
    ostree(pulled, "pull", "--depth=-1", "origin", REF);
    ostree(pulled, "fsck");
  }
}
