package io.deltaport.layer.blob;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * What the header of a zstd frame tells (RFC 8878, 3.1.1.1).
 *
 * @param windowLog the window's length as a power of two; 0 where none is told
 */
record ZstdHeader(boolean hasChecksum, boolean hasSize, boolean hasDictionary, int windowLog) {
  private static final int MAGIC = 0x28b52ffd;
  private static final int BYTES = 6;
  private static final int SINGLE_SEGMENT = 0x20;
  private static final int CHECKSUM = 0x04;
  private static final int DICTIONARY = 0x03;
  private static final int SIZE = 0xc0;
  private static final int WINDOW_LOG_MIN = 10;

  /** Returns the header at the begin of a blob; empty when there is none that can be taken. */
  static Optional<ZstdHeader> read(InputStream blob) throws IOException {
    byte[] bytes = blob.readNBytes(BYTES);
    if (bytes.length < BYTES || ByteBuffer.wrap(bytes).getInt() != MAGIC) {
      return Optional.empty();
    }
    int descriptor = bytes[4];
    boolean single = (descriptor & SINGLE_SEGMENT) != 0;
    int window = single ? 0 : WINDOW_LOG_MIN + ((bytes[5] & 0xff) >> 3);
    // The library makes powers of two alone.
    boolean known = ZstdSettings.isWindow(window) && (single || (bytes[5] & 7) == 0);
    return known
        ? Optional.of(
            new ZstdHeader(
                (descriptor & CHECKSUM) != 0,
                single || (descriptor & SIZE) != 0,
                (descriptor & DICTIONARY) != 0,
                window))
        : Optional.empty();
  }
}
