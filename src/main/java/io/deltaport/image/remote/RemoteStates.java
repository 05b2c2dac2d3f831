package io.deltaport.image.remote;

import io.deltaport.image.keys.Signatures;
import io.deltaport.meta.OstreeRemotes.Commit;
import io.deltaport.meta.OstreeRemotes.DeltaFile;
import io.deltaport.meta.OstreeRemotes.Ref;
import io.deltaport.meta.OstreeRemotes.Remote;
import io.deltaport.ostree.Checksum;
import io.deltaport.ostree.OstreeFormatException;
import io.deltaport.ostree.SignedMetadata;
import io.deltaport.ostree.staticdelta.DeltaName;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Makes what is in memory of a remote out of its rows. Thread-safe; blocks. */
@ApplicationScoped
class RemoteStates {
  private final Signatures signatures;
  private final Superblocks superblocks;

  RemoteStates(Signatures signatures, Superblocks superblocks) {
    this.signatures = signatures;
    this.superblocks = superblocks;
  }

  RemoteState of(String repository, Remote remote) {
    String keys = keys(remote.repositoryId());
    Map<Checksum, Commit> commits = new LinkedHashMap<>();
    remote.commits().forEach(commit -> commits.put(commit.checksum(), commit));
    Map<String, Checksum> refs = new TreeMap<>();
    for (Ref ref : remote.refs()) {
      refs.put(ref.name(), ref.commit());
    }
    Map<DeltaName, RemoteState.Delta> deltas = deltas(remote);
    RemoteFile.Bytes summary = SummaryWriter.summary(remote, deltas);
    return new RemoteState(
        remote.repositoryId(),
        repository,
        remote.version(),
        keys,
        commits,
        refs,
        deltas,
        summary,
        signature(remote.repositoryId(), summary));
  }

  /** Names the keys that sign for a repository now. */
  String keys(long repositoryId) {
    return signatures.generation(repositoryId);
  }

  private Map<DeltaName, RemoteState.Delta> deltas(Remote remote) {
    Map<DeltaName, List<DeltaFile>> files = new LinkedHashMap<>();
    for (DeltaFile file : remote.deltaFiles()) {
      DeltaName name = new DeltaName(Optional.ofNullable(file.from()), file.to());
      files.computeIfAbsent(name, ignored -> new ArrayList<>()).add(file);
    }
    Map<DeltaName, RemoteState.Delta> deltas = new LinkedHashMap<>();
    files.forEach(
        (name, each) ->
            superblocks
                .digest(remote.repositoryId(), name, each)
                .ifPresent(digest -> deltas.put(name, new RemoteState.Delta(digest, each))));
    return deltas;
  }

  private Optional<RemoteFile.Bytes> signature(long repositoryId, RemoteFile.Bytes summary) {
    Map<String, List<byte[]>> made = signatures.sign(repositoryId, summary.content());
    try {
      return made.isEmpty()
          ? Optional.empty()
          : Optional.of(SummaryWriter.tagged(SignedMetadata.with(null, made)));
    } catch (OstreeFormatException e) {
      throw new IllegalStateException(e);
    }
  }
}
