package io.deltaport.image.remote;

import java.util.Map;
import java.util.Optional;

/**
 * The partial summaries of a remote. Immutable.
 *
 * @param file {@code summary.idx}
 * @param signature of it, when there are keys
 * @param files those in the folder {@code summaries}, by name
 */
record RemoteIndex(
    RemoteFile.Bytes file,
    Optional<RemoteFile.Bytes> signature,
    Map<String, RemoteFile.Bytes> files) {

  /** Returns about how much memory this takes, in bytes. */
  long memoryBytes() {
    return file.length() + files.values().stream().mapToLong(RemoteFile.Bytes::length).sum();
  }
}
