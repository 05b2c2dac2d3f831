package io.deltaport.image.remote;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.deltaport.image.BlobStore;
import io.deltaport.meta.OstreeRemotes.DeltaFile;
import io.deltaport.oci.Digest;
import io.deltaport.ostree.Checksum;
import io.deltaport.ostree.OstreeFormatException;
import io.deltaport.ostree.staticdelta.DeltaName;
import io.deltaport.ostree.staticdelta.Superblock;
import io.deltaport.util.Hex;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import org.jboss.logging.Logger;

/**
 * Superblocks of static deltas as they are served: with the detached metadata of the commit, as a
 * client that gets the commit by a delta looks for its signatures there. Thread-safe; blocks.
 */
@ApplicationScoped
class Superblocks {
  private static final Logger LOG = Logger.getLogger(Superblocks.class);

  /** Digests in memory, some 200 bytes each. */
  private static final int DIGESTS_MAX = 20_000;

  private record Key(String blob, Checksum metadata) {}

  private final BlobStore blobs;
  private final CommitMetadataFiles metadata;
  private final Cache<Key, Checksum> digests =
      Caffeine.newBuilder().maximumSize(DIGESTS_MAX).build();

  Superblocks(BlobStore blobs, CommitMetadataFiles metadata) {
    this.blobs = blobs;
    this.metadata = metadata;
  }

  /**
   * Returns the digest of the superblock as it is served; empty when a file of the delta is missing
   * or damaged as far as can be seen without reading it.
   */
  Optional<Checksum> digest(long repositoryId, DeltaName delta, List<DeltaFile> files) {
    try {
      if (!isWhole(files)) {
        return Optional.empty();
      }
      Optional<byte[]> detached = metadata.of(repositoryId, delta.to());
      String blob = files.getFirst().digest();
      if (detached.isEmpty()) {
        return Optional.of(new Checksum(Hex.decode(Digest.parse(blob).hex())));
      }
      Key key = new Key(blob, Checksum.of(detached.get()));
      Checksum known = digests.getIfPresent(key);
      if (known == null) {
        known = Checksum.of(signed(files.getFirst(), detached.get()));
        digests.put(key, known);
      }
      return Optional.of(known);
    } catch (IOException e) {
      LOG.warnf("The static delta %s is left out: %s", delta, e.getMessage());
      return Optional.empty();
    }
  }

  private boolean isWhole(List<DeltaFile> files) throws IOException {
    int number = 0;
    for (DeltaFile file : files) {
      if (file.number() != number++
          || blobs.length(Digest.parse(file.digest())) != file.sizeBytes()) {
        return false;
      }
    }
    return true;
  }

  /** Returns the superblock as it is served. */
  RemoteFile file(long repositoryId, DeltaName delta, DeltaFile superblock) throws IOException {
    Optional<byte[]> detached = metadata.of(repositoryId, delta.to());
    if (detached.isPresent()) {
      return SummaryWriter.tagged(signed(superblock, detached.get()));
    }
    Digest digest = Digest.parse(superblock.digest());
    return new RemoteFile.Stored(digest.toString(), blobs.file(digest), superblock.sizeBytes());
  }

  private byte[] signed(DeltaFile superblock, byte[] detached) throws IOException {
    Digest digest = Digest.parse(superblock.digest());
    byte[] stored;
    try (InputStream in = blobs.open(digest)) {
      stored = in.readNBytes(Superblock.LENGTH_MAX_BYTES);
    }
    if (!digest.matches(stored)) {
      throw new OstreeFormatException("the blob " + digest + " is damaged");
    }
    return Superblock.decode(stored).withDetachedMetadata(detached).encode();
  }
}
