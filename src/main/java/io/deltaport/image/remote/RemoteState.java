package io.deltaport.image.remote;

import io.deltaport.meta.OstreeRemotes.Commit;
import io.deltaport.meta.OstreeRemotes.DeltaFile;
import io.deltaport.meta.OstreeRemotes.Ref;
import io.deltaport.meta.OstreeRemotes.Remote;
import io.deltaport.ostree.Checksum;
import io.deltaport.ostree.DeltaName;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What a remote offers at one moment, as far as it fits in memory. Immutable.
 *
 * @param commits by checksum, newest first
 * @param refs the commit of each ref
 * @param deltas the files of each static delta, the superblock first
 * @param summary the file that tells of refs and deltas
 */
record RemoteState(
    long repositoryId,
    String repository,
    Map<Checksum, Commit> commits,
    Map<String, Checksum> refs,
    Map<DeltaName, List<DeltaFile>> deltas,
    RemoteFile.Bytes summary) {

  static RemoteState of(String repository, Remote remote, RemoteFile.Bytes summary) {
    Map<Checksum, Commit> commits = new LinkedHashMap<>();
    remote.commits().forEach(commit -> commits.put(commit.checksum(), commit));
    Map<String, Checksum> refs = new TreeMap<>();
    for (Ref ref : remote.refs()) {
      refs.put(ref.name(), ref.commit());
    }
    return new RemoteState(
        remote.repositoryId(), repository, commits, refs, deltas(remote), summary);
  }

  /** Returns the files by delta. */
  static Map<DeltaName, List<DeltaFile>> deltas(Remote remote) {
    Map<DeltaName, List<DeltaFile>> deltas = new LinkedHashMap<>();
    for (DeltaFile file : remote.deltaFiles()) {
      DeltaName name = new DeltaName(Optional.ofNullable(file.from()), file.to());
      deltas.computeIfAbsent(name, ignored -> new ArrayList<>()).add(file);
    }
    return deltas;
  }
}
