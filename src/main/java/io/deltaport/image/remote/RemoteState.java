package io.deltaport.image.remote;

import io.deltaport.meta.OstreeRemotes.Commit;
import io.deltaport.meta.OstreeRemotes.DeltaFile;
import io.deltaport.ostree.Checksum;
import io.deltaport.ostree.staticdelta.DeltaName;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a remote offers at one moment, as far as it fits in memory. Immutable.
 *
 * @param version rises with what the database says
 * @param keys names the set of keys that have signed
 * @param collection its collection, if it is one
 * @param commits by checksum, newest first
 * @param refs the commit of each ref
 * @param deltas the static deltas
 * @param summary the file that tells of refs and deltas
 * @param signature of the summary, when there are keys
 * @param index tells of partial summaries
 */
record RemoteState(
    long repositoryId,
    String repository,
    long version,
    String keys,
    Optional<String> collection,
    Map<Checksum, Commit> commits,
    Map<String, Checksum> refs,
    Map<DeltaName, Delta> deltas,
    RemoteFile.Bytes summary,
    Optional<RemoteFile.Bytes> signature,
    RemoteIndex index) {

  /** Says whether this is to take the place of another state of the same repository. */
  boolean replaces(RemoteState other) {
    return version > other.version
        || (version == other.version
            && !(keys.equals(other.keys) && summary.tag().equals(other.summary.tag())));
  }

  /**
   * A static delta.
   *
   * @param superblock SHA-256 of the superblock as it is served
   * @param files the superblock as it is stored, then the parts
   */
  record Delta(Checksum superblock, List<DeltaFile> files) {}
}
