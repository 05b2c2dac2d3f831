package io.deltaport.image.remote;

import io.deltaport.image.keys.Signatures;
import io.deltaport.meta.OstreeRemotes.Ref;
import io.deltaport.meta.OstreeRemotes.Remote;
import io.deltaport.ostree.Checksum;
import io.deltaport.ostree.OstreeFormatException;
import io.deltaport.ostree.SignedMetadata;
import io.deltaport.ostree.SummaryIndex;
import io.deltaport.ostree.Variant;
import io.deltaport.ostree.staticdelta.DeltaName;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.zip.GZIPOutputStream;

/**
 * Makes indexes of partial summaries, and signs them as it does summaries. Thread-safe; blocks.
 *
 * <p>There is one for each architecture that refs have in their names, and {@code all} with every
 * ref.
 */
@ApplicationScoped
class SummaryIndexes {
  /** The partial summary that is a whole one. */
  static final String ALL = "all";

  private final Signatures signatures;

  SummaryIndexes(Signatures signatures) {
    this.signatures = signatures;
  }

  RemoteIndex of(
      Remote remote, Map<DeltaName, RemoteState.Delta> deltas, Optional<String> collection) {
    SortedMap<String, Checksum> digests = new TreeMap<>();
    Map<String, RemoteFile.Bytes> files = new HashMap<>();
    groups(remote.refs())
        .forEach(
            (name, refs) -> {
              byte[] summary =
                  SummaryWriter.summary(remote, refs, leadingTo(refs, deltas), collection);
              Checksum digest = Checksum.of(summary);
              digests.put(name, digest);
              files.put(digest.hex() + ".gz", SummaryWriter.tagged(compress(summary)));
            });
    Map<String, Variant> metadata = SummaryWriter.metadata(remote, collection);
    byte[] content = new SummaryIndex(digests, metadata).encode();
    RemoteFile.Bytes file = SummaryWriter.tagged(content);
    Optional<RemoteFile.Bytes> signature = signature(remote.repositoryId(), file);
    signature.ifPresent(made -> files.put(Checksum.of(content).hex() + ".idx.sig", made));
    return new RemoteIndex(file, signature, Map.copyOf(files));
  }

  private static SortedMap<String, List<Ref>> groups(List<Ref> refs) {
    SortedMap<String, List<Ref>> groups = new TreeMap<>();
    groups.put(ALL, refs);
    for (Ref ref : refs) {
      RefArchitecture.of(ref.name())
          .ifPresent(name -> groups.computeIfAbsent(name, ignored -> new ArrayList<>()).add(ref));
    }
    return groups;
  }

  private static Map<DeltaName, RemoteState.Delta> leadingTo(
      List<Ref> refs, Map<DeltaName, RemoteState.Delta> deltas) {
    Set<Checksum> commits = refs.stream().map(Ref::commit).collect(Collectors.toSet());
    Map<DeltaName, RemoteState.Delta> leading = new HashMap<>(deltas);
    leading.keySet().removeIf(name -> !commits.contains(name.to()));
    return leading;
  }

  private static byte[] compress(byte[] content) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (OutputStream out = new GZIPOutputStream(bytes)) {
      out.write(content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /** Returns the signature of a summary or an index of them. */
  Optional<RemoteFile.Bytes> signature(long repositoryId, RemoteFile.Bytes file) {
    Map<String, List<byte[]>> made = signatures.sign(repositoryId, file.content());
    try {
      return made.isEmpty()
          ? Optional.empty()
          : Optional.of(SummaryWriter.tagged(SignedMetadata.with(null, made)));
    } catch (OstreeFormatException e) {
      throw new IllegalStateException(e);
    }
  }
}
