package io.deltaport.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A signed commit that ostree-ext pushed as an image is pulled by stock ostree as it went in. */
class OstreeEncapsulatedPullIT {
  @RegisterExtension static final WorkFolder WORK = new WorkFolder();

  private static Path key;
  private static Path strangersKey;
  private static OstreeRepo source;
  private static String commit;
  private static Registry registry;
  private static String remote;

  @BeforeAll
  static void encapsulateAndPush() throws IOException {
    Clients.requireRoot();
    Path work = WORK.fresh();
    source = OstreeRepo.init(work.resolve("source"), "bare");
    key = work.resolve("key.asc");
    strangersKey = work.resolve("stranger.asc");
    try (Gpg gpg = Gpg.in(work)) {
      String signer = gpg.generate("fleet@example.org", "", "ed25519", "sign");
      String stranger = gpg.generate("stranger@example.org", "", "ed25519", "sign");
      gpg.run("--armor", "--output", key, "--export", signer).ok();
      gpg.run("--armor", "--output", strangersKey, "--export", stranger).ok();
      commit =
          source
              .ostree(
                  "commit",
                  "--branch=os",
                  "--tree=dir=" + tree(work),
                  "--add-metadata-string=version=7",
                  "--add-detached-metadata-string=note=kept",
                  "--gpg-homedir=" + gpg.home(),
                  "--gpg-sign=" + signer)
              .ok()
              .strip();
    }
    registry = Registry.fresh();
    ContainersHome.make(work, registry.server().host());
    Command.client(
            "ostree-ext-cli",
            "container",
            "encapsulate",
            "--repo=" + source.folder(),
            "os",
            "registry:" + registry.server().host() + "/" + registry.repository() + ":os")
        .env("HOME", work)
        .ok();
    assertThat(OstreeRemote.of(registry).await("os")).isEqualTo(commit);
    remote = OstreeRemote.of(registry).url();
  }

  private static Path tree(Path work) throws IOException {
    Path tree = Files.createDirectory(work.resolve("tree"));
    Files.createDirectories(tree.resolve("usr/lib/modules/6.1"));
    Files.createDirectories(tree.resolve("usr/etc"));
    Files.createDirectories(tree.resolve("usr/bin"));
    Files.write(tree.resolve("usr/lib/modules/6.1/vmlinuz"), new byte[3_000_000]);
    Files.writeString(tree.resolve("usr/etc/conf"), "conf");
    Files.writeString(tree.resolve("usr/bin/tool"), "tool");
    Files.createFile(tree.resolve("usr/bin/empty"));
    Files.createSymbolicLink(tree.resolve("bin"), Path.of("usr/bin"));
    Files.setAttribute(tree.resolve("usr/bin/tool"), "unix:uid", 12);
    Files.setAttribute(tree.resolve("usr/bin/tool"), "unix:mode", 04711);
    Files.setAttribute(tree.resolve("usr/etc/conf"), "user:note", new byte[] {0, 1});
    return tree;
  }

  private static OstreeRepo device(Path publicKey) {
    OstreeRepo device = OstreeRepo.init(WORK.fresh().resolve("device"), "bare");
    device
        .ostree(
            "remote", "add", "--set=gpg-verify=true", "--gpg-import=" + publicKey, "origin", remote)
        .ok();
    return device;
  }

  @Test
  void stockOstreePullsTheSignedCommitThatWentIn() {
    OstreeRepo device = device(key);
    device.ostree("pull", "origin", "os").ok();
    assertThat(device.ostree("rev-parse", "origin:os").ok().strip()).isEqualTo(commit);
    device.ostree("fsck").ok();
    assertThat(device.ostree("show", "origin:os").ok()).contains("Good signature");
    assertThat(device.ostree("show", "--print-detached-metadata-key=note", commit).ok())
        .contains("kept");
  }

  @Test
  void anotherKeyIsNotEnough() {
    OstreeRepo device = device(strangersKey);
    Command.Result refused = device.ostree("pull", "origin", "os").run();
    assertThat(refused.status()).isNotZero();
    assertThat(refused.err()).containsIgnoringCase("signature");
  }

  /**
   * The fleet moves over: the image's commit is in the history of the repository that it came from.
   */
  @Test
  void theRepositoryThatItCameFromIsImportedBesideIt() {
    String next =
        source
            .ostree("commit", "--branch=next", "--parent=" + commit, "--tree=ref=" + commit)
            .ok()
            .strip();
    for (String refs : new String[] {"next", "*"}) {
      Command.program(
              Path.of("deltaport").toAbsolutePath().toString(),
              "ostree",
              "import",
              source.folder(),
              registry.repository(),
              "--ref",
              refs)
          .env("DELTAPORT_URL", registry.server().url())
          .ok();
    }
    OstreeRepo device = OstreeRepo.init(WORK.fresh().resolve("device"), "bare");
    device.remote("origin", remote);
    device.ostree("pull", "--depth=-1", "origin", "next", "os").ok();
    assertThat(device.ostree("rev-parse", "origin:next").ok().strip()).isEqualTo(next);
    assertThat(device.ostree("rev-parse", "origin:next^").ok().strip()).isEqualTo(commit);
    assertThat(device.ostree("rev-parse", "origin:os").ok().strip()).isEqualTo(commit);
    device.ostree("fsck").ok();
    stockOstreePullsTheSignedCommitThatWentIn();
  }
}
