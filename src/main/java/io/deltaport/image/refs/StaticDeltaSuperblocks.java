package io.deltaport.image.refs;

import io.deltaport.image.BlobStore;
import io.deltaport.image.keys.Signatures;
import io.deltaport.meta.Database;
import io.deltaport.meta.DeltaCommits;
import io.deltaport.meta.DeltaCommits.Stored;
import io.deltaport.meta.StaticDeltas;
import io.deltaport.meta.StaticDeltas.DeltaFile;
import io.deltaport.meta.StaticDeltas.Listed;
import io.deltaport.meta.StaticDeltas.Served;
import io.deltaport.oci.Digest;
import io.deltaport.ostree.Checksum;
import io.deltaport.ostree.Dictionary;
import io.deltaport.ostree.GVariant;
import io.deltaport.ostree.GVariant.Slice;
import io.deltaport.ostree.OstreeFormatException;
import io.deltaport.ostree.Variant;
import io.deltaport.ostree.staticdelta.Superblock;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Superblocks of static deltas as devices get them. Thread-safe.
 *
 * <p>A superblock carries the detached metadata of its target: a device that verifies commits looks
 * for their signatures there and nowhere else when it pulls by a delta. So what is sent changes
 * with the keys. It is kept in the database, and all servers send the same bytes, whose digest the
 * summary names. It is not wrapped in a signature of its own: libostree's pull does not read such
 * superblocks, only files for offline use may have one.
 */
@ApplicationScoped
public class StaticDeltaSuperblocks {
  private static final String SIGNATURES_TYPE = "aay";

  private final Database database;
  private final StaticDeltas deltas;
  private final DeltaCommits commits;
  private final BlobStore blobs;
  private final Signatures signatures;

  StaticDeltaSuperblocks(
      Database database,
      StaticDeltas deltas,
      DeltaCommits commits,
      BlobStore blobs,
      Signatures signatures) {
    this.database = database;
    this.deltas = deltas;
    this.commits = commits;
    this.blobs = blobs;
    this.signatures = signatures;
  }

  /**
   * Returns the superblock that is sent now, the same bytes from every server; empty when there is
   * no such delta.
   *
   * @throws io.deltaport.image.keys.KeysUnavailableException if a key should sign and cannot
   */
  public Optional<byte[]> served(long repositoryId, long deltaId) throws IOException {
    Listed delta = database.transact(session -> deltas.find(session, deltaId));
    return delta == null || delta.repositoryId() != repositoryId ? Optional.empty() : served(delta);
  }

  /**
   * As above, for a delta by its commits.
   *
   * @param from empty for the delta from nothing
   */
  public Optional<byte[]> served(long repositoryId, Optional<Checksum> from, Checksum to)
      throws IOException {
    String source = from.map(Checksum::hex).orElse("");
    Listed delta =
        database.transact(session -> deltas.find(session, repositoryId, source, to.hex()));
    return delta == null ? Optional.empty() : served(delta);
  }

  private Optional<byte[]> served(Listed delta) throws IOException {
    long deltaId = delta.id();
    Stored target =
        database.transact(session -> commits.find(session, delta.repository(), delta.target()));
    if (target == null) {
      return Optional.empty();
    }
    String generation = generation(target);
    Served known = database.transact(session -> deltas.served(session, deltaId));
    if (known != null && known.generation().equals(generation)) {
      return Optional.of(known.content());
    }
    Optional<byte[]> plain = unsigned(deltaId);
    if (plain.isEmpty() || generation.isEmpty()) {
      return plain;
    }
    byte[] signed = Superblock.decode(plain.get()).withDetachedMetadata(detached(target)).encode();
    Served mine = new Served(generation, signed);
    // Two servers may do this at once, and a signature may differ each time: the first one counts.
    Served settled =
        database.transact(
            session ->
                deltas.serve(session, deltaId, mine).flatMap(i -> deltas.served(session, deltaId)));
    return Optional.ofNullable(settled).map(Served::content);
  }

  /** Names what goes into a superblock beside the delta itself; empty when nothing does. */
  private String generation(Stored target) {
    String keys = signatures.generation(target.repositoryId());
    return target.detached() == null ? keys : keys + " " + Checksum.of(target.detached()).hex();
  }

  private Optional<byte[]> unsigned(long deltaId) throws IOException {
    List<DeltaFile> files = database.transact(session -> deltas.files(session, deltaId));
    if (files.isEmpty()) {
      return Optional.empty();
    }
    DeltaFile superblock = files.getFirst();
    try (InputStream in = blobs.open(Digest.parse(superblock.digest()))) {
      return Optional.of(in.readNBytes(Superblock.LENGTH_MAX_BYTES));
    }
  }

  /** Returns what came with the commit, with the signatures of our own keys added. */
  private byte[] detached(Stored commit) throws OstreeFormatException {
    Map<String, Variant> entries = new LinkedHashMap<>();
    if (commit.detached() != null) {
      entries.putAll(Dictionary.decode(Slice.of(commit.detached())));
    }
    for (Map.Entry<String, List<byte[]>> own :
        signatures.sign(commit.repositoryId(), commit.content()).entrySet()) {
      List<byte[]> all = new ArrayList<>();
      Variant before = entries.get(own.getKey());
      if (before != null && before.type().equals(SIGNATURES_TYPE)) {
        for (Slice signature : GVariant.unarray(Slice.of(before.data()), 1)) {
          all.add(signature.copy());
        }
      }
      all.addAll(own.getValue());
      entries.put(own.getKey(), new Variant(SIGNATURES_TYPE, GVariant.array(1, all)));
    }
    return Dictionary.encode(entries);
  }
}
