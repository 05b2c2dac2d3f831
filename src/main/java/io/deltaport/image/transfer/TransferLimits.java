package io.deltaport.image.transfer;

import io.deltaport.image.RegistryException;
import io.deltaport.oci.ErrorCode;
import io.quarkus.runtime.configuration.MemorySize;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** How much one request may bring, and how many may bring something at once. Thread-safe. */
@ApplicationScoped
public class TransferLimits {
  /** Objects that one question may name: 300 KB of names. */
  public static final int NAMES_MAX = 4096;

  /** Refs that one request may change, all in one transaction. */
  public static final int REFS_MAX = 1000;

  /** Objects of one stream: a pack of a usual operating system has a quarter of that. */
  static final int OBJECTS_MAX = 65_536;

  /** Largest commit, dirtree or dirmeta: such are read as a whole. */
  static final int METADATA_BYTES_MAX = 16 << 20;

  /** Streams that are received at once: each needs some 50 MiB. */
  private static final int STREAMS_MAX = 3;

  /** How long a stream waits for its turn before the client is asked to come again. */
  private static final long PATIENCE_SECONDS = 20;

  private final Semaphore streams = new Semaphore(STREAMS_MAX);
  private final long streamBytesMax;

  TransferLimits(@ConfigProperty(name = "deltaport.blob.max-size") MemorySize blobMax) {
    this.streamBytesMax = blobMax.asLongValue();
  }

  /** Returns how many bytes the objects of one stream may have together, expanded. */
  long streamBytesMax() {
    return streamBytesMax;
  }

  /** Receives a stream. */
  @FunctionalInterface
  interface Work<T> {
    T run() throws IOException;
  }

  /**
   * Waits for a turn and does the work.
   *
   * @throws RegistryException with TOOMANYREQUESTS when too many others are at it
   */
  <T> T inTurn(Work<T> work) throws IOException {
    begin();
    try {
      return work.run();
    } finally {
      streams.release();
    }
  }

  private void begin() {
    try {
      if (!streams.tryAcquire(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        throw new RegistryException(
            ErrorCode.TOOMANYREQUESTS, "other imports are going on; try again soon");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new RegistryException(ErrorCode.TOOMANYREQUESTS, "the server is stopping");
    }
  }
}
