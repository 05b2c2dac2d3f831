package io.deltaport.image.refs;

import io.deltaport.image.BlobStore;
import io.deltaport.image.remote.CommitMetadataFiles;
import io.deltaport.meta.StaticDeltas.DeltaFile;
import io.deltaport.meta.StaticDeltas.Listed;
import io.deltaport.oci.Digest;
import io.deltaport.ostree.Checksum;
import io.deltaport.ostree.staticdelta.Superblock;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/**
 * Superblocks of static deltas as devices get them. Thread-safe.
 *
 * <p>A superblock carries the detached metadata of its target, the same that the remote serves
 * beside the commit: a device that verifies commits looks for their signatures there and nowhere
 * else when it gets them by a delta. It is not wrapped in a signature of its own: libostree's pull
 * does not read such superblocks, only files for offline use may have one.
 */
@ApplicationScoped
class StaticDeltaSuperblocks {
  private final BlobStore blobs;
  private final CommitMetadataFiles metadata;

  StaticDeltaSuperblocks(BlobStore blobs, CommitMetadataFiles metadata) {
    this.blobs = blobs;
    this.metadata = metadata;
  }

  /**
   * Returns the superblock with what is to be said of the target now.
   *
   * @param file the delta's file number 0
   * @throws io.deltaport.image.keys.KeysUnavailableException if a key should sign and cannot
   */
  Superblock read(Listed delta, DeltaFile file) throws IOException {
    Superblock plain;
    try (InputStream in = blobs.open(Digest.parse(file.digest()))) {
      plain = Superblock.decode(in.readNBytes(Superblock.LENGTH_MAX_BYTES));
    }
    Optional<byte[]> detached = metadata.of(delta.repositoryId(), Checksum.parse(delta.target()));
    return detached.isEmpty() ? plain : plain.withDetachedMetadata(detached.get());
  }
}
