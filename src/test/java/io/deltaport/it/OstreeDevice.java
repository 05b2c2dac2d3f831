package io.deltaport.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A repository of the real ostree in a folder, with a server's repository as its remote. */
final class OstreeDevice {
  private final String program;
  private final Path repo;

  /** Makes an empty repository. */
  OstreeDevice(Path folder, Registry registry) {
    this("ostree", folder, registry);
  }

  /**
   * Makes an empty repository.
   *
   * @param program Debian's ostree, or the one that knows ed25519
   * @param options of {@code ostree remote add}
   */
  OstreeDevice(String program, Path folder, Registry registry, String... options) {
    this.program = program;
    this.repo = folder(folder).resolve("repo");
    ostree("init", "--mode=bare-user").ok();
    ostree("config", "set", "core.fsync", "false").ok();
    List<String> words = new ArrayList<>(List.of("remote", "add"));
    words.addAll(List.of(options));
    if (options.length == 0) {
      words.add("--no-sign-verify");
    }
    words.addAll(
        List.of(
            "--no-gpg-verify",
            "origin",
            registry.server().url() + "/ostree/" + registry.repository()));
    ostree(words.toArray()).ok();
  }

  private static Path folder(Path folder) {
    try {
      return Files.createDirectories(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Pulls a commit object by object. */
  void pullObjects(String commit) {
    ostree("pull", "--disable-static-deltas", "origin", commit).ok();
  }

  /** Checks that a commit is whole. */
  void check(String commit) {
    ostree("refs", "--force", "--create=checked", commit).ok();
    ostree("fsck").ok();
  }

  Command ostree(Object... arguments) {
    return Command.client(program, "--repo=" + repo).with(arguments);
  }
}
