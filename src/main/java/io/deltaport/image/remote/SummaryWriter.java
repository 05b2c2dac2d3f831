package io.deltaport.image.remote;

import io.deltaport.meta.OstreeRemotes.DeltaFile;
import io.deltaport.meta.OstreeRemotes.Ref;
import io.deltaport.meta.OstreeRemotes.Remote;
import io.deltaport.oci.Digest;
import io.deltaport.ostree.Commit;
import io.deltaport.ostree.DeltaName;
import io.deltaport.ostree.OstreeFormatException;
import io.deltaport.ostree.Summary;
import io.deltaport.ostree.Variant;
import io.deltaport.util.Hex;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Makes summaries: of the same remote always the same bytes, whichever server does it. */
final class SummaryWriter {
  private SummaryWriter() {}

  /** Returns the summary of a remote. */
  static RemoteFile.Bytes summary(Remote remote) {
    Map<String, Variant> metadata = new TreeMap<>();
    metadata.put(Summary.LAST_MODIFIED, Summary.time(remote.changedAt().getEpochSecond()));
    metadata.put(Summary.MODE, Variant.string(RemoteConfig.MODE));
    metadata.put(Summary.TOMBSTONE_COMMITS, Variant.bool(false));
    metadata.put(Summary.INDEXED_DELTAS, Variant.bool(true));
    Map<String, byte[]> superblocks = superblocks(RemoteState.deltas(remote));
    if (!superblocks.isEmpty()) {
      metadata.put(Summary.STATIC_DELTAS, Summary.deltas(superblocks));
    }
    List<Summary.Ref> refs = remote.refs().stream().map(SummaryWriter::ref).toList();
    return tagged(new Summary(refs, metadata).encode());
  }

  private static Map<String, byte[]> superblocks(Map<DeltaName, List<DeltaFile>> deltas) {
    Map<String, byte[]> superblocks = new TreeMap<>();
    deltas.forEach(
        (name, files) ->
            superblocks.put(name.hex(), Hex.decode(Digest.parse(files.getFirst().digest()).hex())));
    return superblocks;
  }

  private static Summary.Ref ref(Ref ref) {
    try {
      Commit commit = Commit.decode(ref.content());
      return new Summary.Ref(
          ref.name(), ref.commit(), ref.content().length, commit.timestamp(), version(commit));
    } catch (IOException e) {
      throw new UncheckedIOException("the stored commit " + ref.commit() + " is broken", e);
    }
  }

  private static Optional<String> version(Commit commit) {
    Variant version = commit.metadata().get("version");
    try {
      return version == null ? Optional.empty() : Optional.of(version.asString());
    } catch (OstreeFormatException e) {
      // An imported commit may call anything its version.
      return Optional.empty();
    }
  }

  /** Returns a file in memory whose tag is its digest. */
  static RemoteFile.Bytes tagged(byte[] content) {
    return new RemoteFile.Bytes(Digest.sha256(content).toString(), content);
  }
}
