package io.deltaport.layer;

import io.deltaport.store.pack.PublishedPack;
import java.util.Optional;

/**
 * A commit that came inside an image, with all its objects in the store.
 *
 * @param stored the commit as it came, and its new objects
 * @param detached its detached metadata, the GVariant {@code a{sv}}; null when it has none
 * @param base its tree with what the image's own layers have below {@code /sysroot}, and {@code
 *     /usr/etc} at {@code /etc}: what further layers go on; null when it was not asked for
 */
public record EncapsulatedCommit(CommittedTree stored, byte[] detached, FlatTree base) {
  /** Returns the pack with the new objects. */
  public Optional<PublishedPack> pack() {
    return stored.pack();
  }
}
