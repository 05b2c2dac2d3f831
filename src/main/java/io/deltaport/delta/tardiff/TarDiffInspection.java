package io.deltaport.delta.tardiff;

import java.util.List;

/**
 * What a tar-diff consists of. All figures are bytes but for the numbers of operations and files.
 *
 * @param deltaBytes the tar-diff itself
 * @param total of everything, also of the tar's headers
 * @param unchangedFiles files that are copied as a whole
 * @param files all others that have content, dearest first
 */
public record TarDiffInspection(
    long deltaBytes, Parts total, int unchangedFiles, List<FileCost> files) {
  public TarDiffInspection {
    files = List.copyOf(files);
  }

  /**
   * How bytes of the target come about.
   *
   * @param copied from old files as they are
   * @param added to bytes of old files, or made by a frame with an old file as dictionary
   * @param literal in the delta as they are
   * @param operations of every kind
   */
  public record Parts(long copied, long added, long literal, long operations) {
    /** Returns how many bytes are made. */
    public long targetBytes() {
      return copied + added + literal;
    }

    Parts since(Parts earlier) {
      return new Parts(
          copied - earlier.copied,
          added - earlier.added,
          literal - earlier.literal,
          operations - earlier.operations);
    }
  }

  /**
   * What a file costs.
   *
   * @param path as the tar has it
   * @param source the old file that most of it comes from, empty if none is used
   * @param costBytes its share of the delta, estimated: what it needs, compressed by itself, so
   *     scaled that all shares add up
   */
  public record FileCost(String path, String source, Parts parts, long costBytes) {
    /** Returns this with another share. */
    FileCost scaled(double factor) {
      return new FileCost(path, source, parts, Math.round(costBytes * factor));
    }
  }
}
