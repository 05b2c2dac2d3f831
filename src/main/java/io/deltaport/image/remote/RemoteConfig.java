package io.deltaport.image.remote;

import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** The file {@code config} of a remote, as {@code ostree init --mode=archive} writes it. */
final class RemoteConfig {
  /** What libostree calls its mode {@code archive} in files. */
  static final String MODE = "archive-z2";

  private RemoteConfig() {}

  /**
   * Returns the file.
   *
   * @param collection the remote's collection
   */
  static RemoteFile.Bytes file(Optional<String> collection) {
    String text =
        """
        [core]
        repo_version=1
        mode=%s
        indexed-deltas=true
        """
                .formatted(MODE)
            + collection.map(id -> "collection-id=" + id + "\n").orElse("");
    return SummaryWriter.tagged(text.getBytes(StandardCharsets.UTF_8));
  }
}
