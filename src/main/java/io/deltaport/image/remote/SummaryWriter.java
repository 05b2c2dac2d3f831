package io.deltaport.image.remote;

import io.deltaport.meta.OstreeRemotes.Ref;
import io.deltaport.meta.OstreeRemotes.Remote;
import io.deltaport.oci.Digest;
import io.deltaport.ostree.Checksum;
import io.deltaport.ostree.Commit;
import io.deltaport.ostree.OstreeFormatException;
import io.deltaport.ostree.Summary;
import io.deltaport.ostree.Variant;
import io.deltaport.ostree.staticdelta.DeltaIndex;
import io.deltaport.ostree.staticdelta.DeltaName;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Makes summaries: of the same remote always the same bytes, whichever server does it. */
final class SummaryWriter {
  private SummaryWriter() {}

  /** Returns the summary of some refs and deltas of a remote. */
  static byte[] summary(
      Remote remote,
      List<Ref> refs,
      Map<DeltaName, RemoteState.Delta> deltas,
      Optional<String> collection) {
    Map<String, Variant> metadata = metadata(remote, collection);
    metadata.put(Summary.INDEXED_DELTAS, Variant.bool(true));
    if (!deltas.isEmpty()) {
      metadata.put(DeltaIndex.KEY, DeltaIndex.value(superblocks(deltas)));
    }
    return new Summary(refs.stream().map(SummaryWriter::ref).toList(), metadata).encode();
  }

  /** Returns what summaries and indexes of them tell of a remote, to be added to. */
  static Map<String, Variant> metadata(Remote remote, Optional<String> collection) {
    Map<String, Variant> metadata = new TreeMap<>();
    metadata.put(Summary.LAST_MODIFIED, Summary.time(remote.changedAt().getEpochSecond()));
    metadata.put(Summary.MODE, Variant.string(RemoteConfig.MODE));
    metadata.put(Summary.TOMBSTONE_COMMITS, Variant.bool(false));
    collection.ifPresent(id -> metadata.put(Summary.COLLECTION_ID, Variant.string(id)));
    return metadata;
  }

  /** Returns the digest of each superblock as it is served. */
  static Map<DeltaName, Checksum> superblocks(Map<DeltaName, RemoteState.Delta> deltas) {
    Map<DeltaName, Checksum> superblocks = new HashMap<>();
    deltas.forEach((name, delta) -> superblocks.put(name, delta.superblock()));
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
