package io.deltaport.delta.plain;

import java.util.List;

/**
 * What a delta and its target are, and what they would be if no file were compressed by itself.
 *
 * @param delta bytes that a device fetches
 * @param pull bytes of the target's manifest and blobs; the plain figure is about what gzip makes
 * @param disk bytes of the target's files, each content once
 * @param groups kinds of compressed files that the target has, in the order of {@link
 *     CompressedKind}
 */
public record PlainReport(Pair delta, Pair pull, Pair disk, List<Group> groups) {
  public PlainReport {
    groups = List.copyOf(groups);
  }

  /** Two figures in bytes. */
  public record Pair(long now, long plain) {}

  /**
   * Compressed files of a kind, each content once.
   *
   * @param packedBytes as they are
   * @param plainBytes expanded
   */
  public record Group(CompressedKind kind, int files, long packedBytes, long plainBytes) {}
}
