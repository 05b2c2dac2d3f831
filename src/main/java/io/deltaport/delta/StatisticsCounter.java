package io.deltaport.delta;

/** Adds up what a delta consists of, as it is written. Used by the writing thread alone. */
final class StatisticsCounter {
  private long unchangedFiles;
  private long unchangedBytes;
  private long changedFiles;
  private long changedBytes;
  private long newFiles;
  private long newBytes;
  private long literalBytes;

  void literal(long bytes) {
    literalBytes += bytes;
  }

  void unchanged(long bytes) {
    unchangedFiles++;
    unchangedBytes += bytes;
  }

  /** Counts a file, or with {@code files} 0 a further piece of one. */
  void changed(int files, long bytes) {
    changedFiles += files;
    changedBytes += bytes;
  }

  void added(int files, long bytes) {
    newFiles += files;
    newBytes += bytes;
  }

  long targetBytes() {
    return unchangedBytes + changedBytes + newBytes + literalBytes;
  }

  DeltaStatistics get() {
    return new DeltaStatistics(
        unchangedFiles,
        unchangedBytes,
        changedFiles,
        changedBytes,
        newFiles,
        newBytes,
        literalBytes,
        targetBytes(),
        0);
  }
}
