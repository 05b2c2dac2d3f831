package io.deltaport.layer;

import io.deltaport.ostree.Checksum;
import io.deltaport.ostree.Commit;
import io.deltaport.ostree.Variant;
import java.util.Map;
import java.util.Optional;

/**
 * What a commit says about itself. Equal trees with equal details give equal commits.
 *
 * @param metadata in the order that the object will have
 * @param parent the commit before it
 * @param subject one line for people
 * @param body more lines, or empty
 * @param timestampSeconds since 1970
 */
public record CommitDetails(
    Map<String, Variant> metadata,
    Optional<Checksum> parent,
    String subject,
    String body,
    long timestampSeconds) {

  Commit commit(Checksum tree, Checksum meta) {
    return new Commit(metadata, parent, subject, body, timestampSeconds, tree, meta);
  }
}
