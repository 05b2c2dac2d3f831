package io.deltaport.image.remote;

import io.deltaport.image.CollectionIds;
import io.deltaport.image.keys.Signatures;
import io.deltaport.meta.OstreeRemotes.Commit;
import io.deltaport.meta.OstreeRemotes.DeltaFile;
import io.deltaport.meta.OstreeRemotes.Ref;
import io.deltaport.meta.OstreeRemotes.Remote;
import io.deltaport.ostree.Checksum;
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
  private final SummaryIndexes indexes;
  private final CollectionIds collections;

  RemoteStates(
      Signatures signatures,
      Superblocks superblocks,
      SummaryIndexes indexes,
      CollectionIds collections) {
    this.signatures = signatures;
    this.superblocks = superblocks;
    this.indexes = indexes;
    this.collections = collections;
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
    Optional<String> collection = collections.of(repository);
    RemoteFile.Bytes summary =
        SummaryWriter.tagged(SummaryWriter.summary(remote, remote.refs(), deltas, collection));
    return new RemoteState(
        remote.repositoryId(),
        repository,
        remote.version(),
        keys,
        collection,
        commits,
        refs,
        deltas,
        summary,
        indexes.signature(remote.repositoryId(), summary),
        indexes.of(remote, deltas, collection));
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
}
