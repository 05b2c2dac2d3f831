package io.deltaport.delta.staticdelta;

import io.deltaport.ostree.Checksum;
import io.deltaport.ostree.Commit;
import io.deltaport.ostree.OstreeFormatException;
import java.util.Optional;

/**
 * A commit at one end of a delta. Its object comes with it, because commits of one tree differ from
 * repository to repository and need not be stored where the tree is.
 *
 * @param checksum name of the commit
 * @param object the commit object; the array is shared
 * @param detachedMetadata the {@code commitmeta} object, an {@code a{sv}} with signatures, which
 *     the delta of a target carries; of no importance for a source
 */
public record DeltaCommit(Checksum checksum, byte[] object, Optional<byte[]> detachedMetadata) {

  /** A commit without detached metadata. */
  public DeltaCommit(Checksum checksum, byte[] object) {
    this(checksum, object, Optional.empty());
  }

  Commit decode() throws OstreeFormatException {
    if (!Checksum.of(object).equals(checksum)) {
      throw new OstreeFormatException("the commit " + checksum + " is not what its name says");
    }
    return Commit.decode(object);
  }
}
