package io.deltaport.meta.gc;

import java.util.List;

/**
 * What a repository holds, as far as retention rules look at it.
 *
 * @param id the repository's row
 * @param tags the tag that moved last comes first
 */
public record RepositoryContent(
    long id,
    String name,
    List<Tag> tags,
    List<Manifest> manifests,
    List<Child> children,
    List<Delta> deltas) {

  /**
   * A tag.
   *
   * @param movedMicros when it was last pushed, in microseconds since 1970 by the database's clock
   * @param young still protected by the grace period
   */
  public record Tag(long id, String name, String digest, long movedMicros, boolean young) {}

  /**
   * A manifest or index.
   *
   * @param subject digest of what it refers to, or null
   * @param young still protected by the grace period or a lease
   * @param pulledDaysAgo days since a device asked for it, or null when none did
   */
  public record Manifest(
      long id, String digest, String subject, boolean young, Integer pulledDaysAgo) {}

  /** An index and a manifest in it, by digest. */
  public record Child(String index, String digest) {}

  /** A published delta, by digests. */
  public record Delta(String source, String target, String artifact) {}
}
