package io.deltaport.delta.staticdelta;

import io.deltaport.delta.DeltaEffort;
import io.deltaport.delta.PatchCache;
import io.deltaport.ostree.staticdelta.PartHeader;
import java.nio.file.Path;
import java.time.Instant;

/**
 * How much of the machine a static delta may take, and what it may leave to be fetched.
 *
 * @param threads parts that are made at the same time; memory grows with it
 * @param partBytes what the objects of one part take together, uncompressed; a larger object is a
 *     part of its own
 * @param fallbackMinBytes files from this length on that have no older form are left to be fetched
 *     by themselves; 0 leaves out none but those too large for any part, as a file for offline use
 *     needs it
 * @param effort how much is tried to make parts small
 * @param timestamp seconds since 1970 that the superblock tells
 * @param tempFolder where what is too large for memory is laid
 * @param patches what earlier comparisons found
 */
public record StaticDeltaOptions(
    int threads,
    int partBytes,
    long fallbackMinBytes,
    DeltaEffort effort,
    long timestamp,
    Path tempFolder,
    PatchCache patches) {
  /** What libostree has, too. */
  private static final long DEFAULT_FALLBACK_MIN_BYTES = 4_000_000;

  private static final int DEFAULT_PART_BYTES = 32 << 20;
  private static final int DEFAULT_THREADS = 2;

  /** Each thread takes its memory, so more than this would take gigabytes. */
  private static final int THREADS_MAX = 16;

  public StaticDeltaOptions {
    if (threads < 1 || threads > THREADS_MAX) {
      throw new IllegalArgumentException("not a possible number of threads: " + threads);
    }
    if (partBytes < 1 || partBytes > PartHeader.PAYLOAD_MAX_BYTES / 2) {
      throw new IllegalArgumentException("not a possible length of a part: " + partBytes);
    }
    if (fallbackMinBytes < 0) {
      throw new IllegalArgumentException("not a possible length of a fallback");
    }
  }

  /** Returns what the measurements in docs/formats/static-delta.md recommend. */
  public static StaticDeltaOptions defaults() {
    return new StaticDeltaOptions(
        DEFAULT_THREADS,
        DEFAULT_PART_BYTES,
        DEFAULT_FALLBACK_MIN_BYTES,
        DeltaEffort.DEFAULT,
        Instant.now().getEpochSecond(),
        Path.of(System.getProperty("java.io.tmpdir")),
        PatchCache.NONE);
  }

  /** Returns these options for a delta that needs no server. */
  public StaticDeltaOptions withoutFallbacks() {
    return withFallbackMinBytes(0);
  }

  /** Returns these options with another limit from which on new files are fetched by themselves. */
  public StaticDeltaOptions withFallbackMinBytes(long bytes) {
    return new StaticDeltaOptions(
        threads, partBytes, bytes, effort, timestamp, tempFolder, patches);
  }

  /** Returns these options with another number of threads. */
  public StaticDeltaOptions withThreads(int count) {
    return new StaticDeltaOptions(
        count, partBytes, fallbackMinBytes, effort, timestamp, tempFolder, patches);
  }

  /** Returns these options with another length of parts. */
  public StaticDeltaOptions withPartBytes(int bytes) {
    return new StaticDeltaOptions(
        threads, bytes, fallbackMinBytes, effort, timestamp, tempFolder, patches);
  }

  /** Returns these options with another effort. */
  public StaticDeltaOptions withEffort(DeltaEffort value) {
    return new StaticDeltaOptions(
        threads, partBytes, fallbackMinBytes, value, timestamp, tempFolder, patches);
  }

  /** Returns these options with another time, in seconds since 1970. */
  public StaticDeltaOptions withTimestamp(long seconds) {
    return new StaticDeltaOptions(
        threads, partBytes, fallbackMinBytes, effort, seconds, tempFolder, patches);
  }

  /** Returns these options with another folder for temporary files. */
  public StaticDeltaOptions withTempFolder(Path folder) {
    return new StaticDeltaOptions(
        threads, partBytes, fallbackMinBytes, effort, timestamp, folder, patches);
  }

  /** Returns these options with a memory of earlier comparisons. */
  public StaticDeltaOptions withPatches(PatchCache cache) {
    return new StaticDeltaOptions(
        threads, partBytes, fallbackMinBytes, effort, timestamp, tempFolder, cache);
  }
}
