package io.deltaport.image.stats;

import java.time.Instant;
import java.util.Optional;

/**
 * What a release added to the one before it.
 *
 * @param digest of the image
 * @param former of the image that it is compared with; null when there is none, and all is new
 * @param relation how the former image is the former one; null when there is none
 * @param imageBytes what a full pull takes
 * @param newBlobs blobs of the image that the former one does not name
 * @param tree how its files differ; empty when one of the two is not absorbed
 * @param reason why there is no tree; null when there is one
 * @param measuredAt when its sizes in packs were looked up
 */
public record ReleaseChanges(
    String digest,
    String former,
    Relation relation,
    long imageBytes,
    long newBlobs,
    long newBlobBytes,
    Optional<TreeDifference> tree,
    String reason,
    Instant measuredAt) {

  /** How one image is the former of another. */
  public enum Relation {
    /** Whoever asks says so. */
    REQUEST,
    /** A tag led to it until it led to the other one. */
    TAG,
    /** It is the one that was pushed last before the other one. */
    PUSH
  }
}
