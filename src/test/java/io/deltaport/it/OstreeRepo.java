package io.deltaport.it;

import java.nio.file.Path;

/** A repository of stock ostree. */
record OstreeRepo(Path folder) {
  /** Makes an empty repository. */
  static OstreeRepo init(Path folder, String mode) {
    OstreeRepo repo = new OstreeRepo(folder);
    repo.ostree("init", "--mode=" + mode).ok();
    repo.ostree("config", "set", "core.fsync", "false").ok();
    return repo;
  }

  /** Adds a remote whose signatures are not looked at. */
  void remote(String name, String url) {
    ostree("remote", "add", "--no-gpg-verify", "--no-sign-verify", name, url).ok();
  }

  Command ostree(String... arguments) {
    return Command.client("ostree", "--repo=" + folder).with((Object[]) arguments);
  }
}
