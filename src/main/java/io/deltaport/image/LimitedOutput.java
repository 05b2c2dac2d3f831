package io.deltaport.image;

import io.deltaport.oci.ErrorCode;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/** Refuses what goes beyond the largest blob. Not thread-safe. */
final class LimitedOutput extends FilterOutputStream {
  private static final int REQUEST_ENTITY_TOO_LARGE = 413;

  private final long maxBytes;
  private long leftBytes;

  /**
   * Lets bytes through.
   *
   * @param presentBytes what the blob has already
   * @param maxBytes what it may have
   */
  LimitedOutput(OutputStream out, long presentBytes, long maxBytes) {
    super(out);
    this.maxBytes = maxBytes;
    this.leftBytes = maxBytes - presentBytes;
  }

  @Override
  public void write(int b) throws IOException {
    take(1);
    out.write(b);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    take(length);
    out.write(bytes, offset, length);
  }

  private void take(int count) {
    if (count > leftBytes) {
      throw new RegistryException(
          ErrorCode.SIZE_INVALID,
          REQUEST_ENTITY_TOO_LARGE,
          "a blob has at most " + maxBytes + " bytes here; see deltaport.blob.max-size");
    }
    leftBytes -= count;
  }
}
