package io.deltaport.it;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** An OpenPGP key of a server for all its repositories, and devices that trust no other. */
record FleetKey(ServerProcess server, Path keyring) {
  static FleetKey make(ServerProcess server, Path folder) throws IOException {
    keys(server, "create", "fleet", "--kind=openpgp", "--repositories=**");
    Path keyring = folder.resolve("fleet.asc");
    Files.writeString(keyring, keys(server, "export", "fleet"));
    return new FleetKey(server, keyring);
  }

  /** Runs {@code deltaport keys}. */
  static String keys(ServerProcess server, String... words) {
    List<Object> all = new ArrayList<>(List.of("keys"));
    all.addAll(List.of(words));
    return Command.program(Path.of("deltaport").toAbsolutePath().toString(), all.toArray())
        .env("DELTAPORT_URL", server.url())
        .ok();
  }

  /** Adds a remote to a repository that checks everything that can be signed. */
  void remote(OstreeRepo repo, String url, String... options) {
    List<String> words =
        new ArrayList<>(
            List.of(
                "remote",
                "add",
                "--gpg-import=" + keyring,
                "--set=gpg-verify=true",
                "--set=gpg-verify-summary=true",
                "--no-sign-verify"));
    words.addAll(List.of(options));
    words.addAll(List.of("origin", url));
    repo.ostree(words.toArray(String[]::new)).ok();
  }
}
