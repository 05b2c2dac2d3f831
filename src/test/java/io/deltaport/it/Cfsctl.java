package io.deltaport.it;

import java.nio.file.Path;

/** The composefs client with a repository in a folder, which is its home folder, too. */
record Cfsctl(Path folder) {
  /** Makes the repository; fs-verity, which few filesystems of test machines have, is off. */
  static Cfsctl init(Path folder) {
    Cfsctl client = new Cfsctl(folder);
    client.command("init", "--insecure", "--algorithm", "fsverity-sha256-12").ok();
    return client;
  }

  Command command(Object... arguments) {
    // The proxy that it pulls through reads its settings from the home folder.
    return Command.client("cfsctl", "--repo", folder.resolve("composefs"))
        .with(arguments)
        .env("HOME", folder);
  }
}
