package io.deltaport.registry;

import io.deltaport.image.RegistryException;
import io.deltaport.oci.ErrorCode;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Bounds the memory that manifests take which are being pushed at this moment. Thread-safe.
 *
 * <p>A manifest takes its share while it arrives, not when its length is announced: clients that
 * trickle hold little. Small manifests need no share, so no flood of large ones keeps them out.
 */
@ApplicationScoped
class ManifestMemory {
  /** Manifests up to this size are free: nearly all of them. */
  static final int FREE_BYTES = 64 << 10;

  /**
   * Part of the heap that the bytes of larger ones may take; parsed they need ten times as much.
   */
  private static final int HEAP_SHARE = 24;

  private static final int UNIT_BYTES = 16 << 10;

  private final Semaphore units;
  private final Duration patience;

  ManifestMemory() {
    this(Runtime.getRuntime().maxMemory() / HEAP_SHARE, Duration.ofSeconds(5));
  }

  ManifestMemory(long bytes, Duration patience) {
    this.units = new Semaphore(Math.toIntExact(Math.min(Integer.MAX_VALUE, bytes / UNIT_BYTES)));
    this.patience = patience;
  }

  Share share() {
    return new Share();
  }

  /** What one request holds until it is closed. Not thread-safe. */
  final class Share implements AutoCloseable {
    private int held;

    private Share() {}

    /**
     * Reads to the end, or {@code limit} bytes.
     *
     * @throws RegistryException with TOOMANYREQUESTS when others hold the memory for too long
     */
    byte[] read(InputStream in, int limit) throws IOException {
      ByteArrayOutputStream content = new ByteArrayOutputStream();
      byte[] piece = new byte[UNIT_BYTES];
      while (content.size() < limit) {
        int n = in.readNBytes(piece, 0, Math.min(piece.length, limit - content.size()));
        if (n == 0) {
          break;
        }
        content.write(piece, 0, n);
        if (content.size() > FREE_BYTES) {
          hold();
        }
      }
      return content.toByteArray();
    }

    private void hold() throws IOException {
      try {
        if (!units.tryAcquire(patience.toMillis(), TimeUnit.MILLISECONDS)) {
          throw new RegistryException(
              ErrorCode.TOOMANYREQUESTS, "too many large manifests come at once; try again soon");
        }
        held++;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new InterruptedIOException("the server is stopping");
      }
    }

    @Override
    public void close() {
      units.release(held);
      held = 0;
    }
  }
}
