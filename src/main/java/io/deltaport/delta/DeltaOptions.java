package io.deltaport.delta;

import java.nio.file.Path;

/**
 * How much of the machine a delta may take, and how hard the result is compressed.
 *
 * @param effort how much is tried to find what is alike
 * @param compressionLevel zstd level, 1 to 22
 * @param windowLog binary logarithm of the zstd window in bytes, at most {@link #WINDOW_LOG_MAX}
 * @param threads threads that compare files at the same time; the compressor may use as many
 * @param memoryBudgetBytes heap that files in work may take together
 * @param tempFolder where files too large for memory are laid while they are compared
 * @param patches what earlier comparisons found
 * @param tarDiffVersion version of the tar-diff format, 1 or 2: more clients take 1
 * @param matches hears from which old file each new one is made
 */
public record DeltaOptions(
    DeltaEffort effort,
    int compressionLevel,
    int windowLog,
    int threads,
    long memoryBudgetBytes,
    Path tempFolder,
    PatchCache patches,
    int tarDiffVersion,
    MatchListener matches) {
  /** Largest window that a decoder with libzstd's default settings accepts: 128 MiB. */
  public static final int WINDOW_LOG_MAX = 27;

  /** Smallest window that zstd knows: 1 KiB. */
  public static final int WINDOW_LOG_MIN = 10;

  /** Highest level of zstd. */
  public static final int LEVEL_MAX = 22;

  /** More threads than this would share the memory budget in pieces too small to be useful. */
  public static final int THREADS_MAX = 64;

  /** The smallest budget with which every file can be compared: one pair of windows. */
  public static final long MEMORY_BUDGET_MIN_BYTES = 64L << 20;

  private static final long DEFAULT_MEMORY_BUDGET_BYTES = 128L << 20;

  public DeltaOptions {
    check(compressionLevel >= 1 && compressionLevel <= LEVEL_MAX, "level", compressionLevel);
    check(windowLog >= WINDOW_LOG_MIN && windowLog <= WINDOW_LOG_MAX, "window log", windowLog);
    check(tarDiffVersion == 1 || tarDiffVersion == 2, "tar-diff version", tarDiffVersion);
    check(threads >= 1 && threads <= THREADS_MAX, "number of threads", threads);
    check(
        memoryBudgetBytes >= MEMORY_BUDGET_MIN_BYTES, "memory budget in bytes", memoryBudgetBytes);
  }

  /** Returns what the measurements in docs/delta-engine.md recommend, for this machine. */
  public static DeltaOptions defaults() {
    return new DeltaOptions(
        DeltaEffort.DEFAULT,
        DeltaEffort.DEFAULT.compressionLevel(),
        DeltaEffort.DEFAULT.windowLog(),
        Math.clamp(Runtime.getRuntime().availableProcessors(), 1, THREADS_MAX),
        DEFAULT_MEMORY_BUDGET_BYTES,
        Path.of(System.getProperty("java.io.tmpdir")),
        PatchCache.NONE,
        1,
        MatchListener.NONE);
  }

  /** Returns these options with another effort, and the level and window that belong to it. */
  public DeltaOptions withEffort(DeltaEffort value) {
    return new DeltaOptions(
        value,
        value.compressionLevel(),
        value.windowLog(),
        threads,
        memoryBudgetBytes,
        tempFolder,
        patches,
        tarDiffVersion,
        matches);
  }

  /** Returns these options with another zstd level. */
  public DeltaOptions withCompressionLevel(int level) {
    return new DeltaOptions(
        effort,
        level,
        windowLog,
        threads,
        memoryBudgetBytes,
        tempFolder,
        patches,
        tarDiffVersion,
        matches);
  }

  /** Returns these options with another window. */
  public DeltaOptions withWindowLog(int log) {
    return new DeltaOptions(
        effort,
        compressionLevel,
        log,
        threads,
        memoryBudgetBytes,
        tempFolder,
        patches,
        tarDiffVersion,
        matches);
  }

  /** Returns these options with another number of threads. */
  public DeltaOptions withThreads(int count) {
    return new DeltaOptions(
        effort,
        compressionLevel,
        windowLog,
        count,
        memoryBudgetBytes,
        tempFolder,
        patches,
        tarDiffVersion,
        matches);
  }

  /** Returns these options with another memory budget. */
  public DeltaOptions withMemoryBudgetBytes(long bytes) {
    return new DeltaOptions(
        effort,
        compressionLevel,
        windowLog,
        threads,
        bytes,
        tempFolder,
        patches,
        tarDiffVersion,
        matches);
  }

  /** Returns these options with another folder for temporary files. */
  public DeltaOptions withTempFolder(Path folder) {
    return new DeltaOptions(
        effort,
        compressionLevel,
        windowLog,
        threads,
        memoryBudgetBytes,
        folder,
        patches,
        tarDiffVersion,
        matches);
  }

  /** Returns these options with a memory of earlier comparisons. */
  public DeltaOptions withPatches(PatchCache cache) {
    return new DeltaOptions(
        effort,
        compressionLevel,
        windowLog,
        threads,
        memoryBudgetBytes,
        tempFolder,
        cache,
        tarDiffVersion,
        matches);
  }

  /** Returns these options with another version of the tar-diff format. */
  public DeltaOptions withTarDiffVersion(int version) {
    return new DeltaOptions(
        effort,
        compressionLevel,
        windowLog,
        threads,
        memoryBudgetBytes,
        tempFolder,
        patches,
        version,
        matches);
  }

  /** Returns these options with a listener. */
  public DeltaOptions withMatches(MatchListener listener) {
    return new DeltaOptions(
        effort,
        compressionLevel,
        windowLog,
        threads,
        memoryBudgetBytes,
        tempFolder,
        patches,
        tarDiffVersion,
        listener);
  }

  private static void check(boolean valid, String what, long value) {
    if (!valid) {
      throw new IllegalArgumentException("not a possible " + what + ": " + value);
    }
  }
}
