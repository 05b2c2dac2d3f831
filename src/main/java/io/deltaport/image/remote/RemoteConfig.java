package io.deltaport.image.remote;

import java.nio.charset.StandardCharsets;

/** The file {@code config} of a remote, as {@code ostree init --mode=archive} writes it. */
final class RemoteConfig {
  /** What libostree calls its mode {@code archive} in files. */
  static final String MODE = "archive-z2";

  private RemoteConfig() {}

  static RemoteFile.Bytes file() {
    String text =
        """
        [core]
        repo_version=1
        mode=%s
        indexed-deltas=true
        """
            .formatted(MODE);
    return SummaryWriter.tagged(text.getBytes(StandardCharsets.UTF_8));
  }
}
