package io.deltaport.it;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;

/**
 * Debian's own SELinux policy, compiled by {@code scripts/install-clients}.
 *
 * @param folder with {@code config} and the policy's folder, as {@code /etc/selinux} has them
 */
record SelinuxPolicy(Path folder) {
  static SelinuxPolicy debian() {
    Clients.require("matchpathcon");
    Path folder = Clients.cache().resolve("selinux-policy/etc/selinux");
    if (!Files.exists(folder.resolve("config"))) {
      if ("true".equals(System.getenv("CI"))) {
        throw new AssertionError("there is no policy; run scripts/install-clients");
      }
      Assumptions.abort("skipped, this machine has no SELinux policy");
    }
    return new SelinuxPolicy(folder);
  }

  /** Returns the folder that libselinux calls the policy's root. */
  Path root() {
    return folder.resolve("default");
  }

  /** Returns {@code file_contexts}, or the file beside it with this suffix. */
  Path contexts(String suffix) {
    return root().resolve("contexts/files/file_contexts" + suffix);
  }

  /** Puts the policy where a laid out tree has it. */
  void copyTo(Path etc) {
    Command.client("cp", "-a", folder, etc).ok();
  }
}
