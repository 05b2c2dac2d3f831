package io.deltaport.delta.tardiff;

import java.nio.charset.StandardCharsets;

/**
 * The numbers of the tar-diff format. Source: {@code file-format.md} of containers/tar-diff; the
 * limits are those of the appliers tar-patch and oci-delta.
 *
 * <p>A tar-diff is 8 bytes of magic and one zstd stream of operations: one byte for the kind, an
 * unsigned LEB128 number, and for some kinds as many bytes of data as the number says.
 */
final class TarDiffFormat {
  static final int MAGIC_BYTES = 8;

  /** Write the data. */
  static final int DATA = 0;

  /** Open the source file that the data names, at its beginning. */
  static final int OPEN = 1;

  /** Write so many bytes of the source. */
  static final int COPY = 2;

  /** Write so many bytes of the source, each increased by a byte of the data, modulo 256. */
  static final int ADD = 3;

  /** Go to a place of the source. */
  static final int SEEK = 4;

  /** Version 2: decompress the data, a zstd frame that has the whole source as dictionary. */
  static final int ZSTD_DICTIONARY = 5;

  /** Longest source path that appliers take. */
  static final int PATH_MAX_BYTES = 4096;

  /** Longest addition that appliers take: they hold it in memory as a whole. */
  static final int ADD_MAX_BYTES = 100 << 20;

  /** Largest source that may serve as a dictionary. */
  static final int DICTIONARY_MAX_BYTES = 512 << 20;

  /** Largest window of a frame with a dictionary. */
  static final int DICTIONARY_WINDOW_LOG_MAX = 29;

  /** Smallest window that zstd knows. */
  static final int FRAME_WINDOW_LOG_MIN = 10;

  /** Largest window of the stream of operations: what libzstd's decoders take by default. */
  static final int WINDOW_LOG_MAX = 27;

  private TarDiffFormat() {}

  /** Returns the first bytes of a tar-diff of version 1 or 2. */
  static byte[] magic(int version) {
    return ("tardf" + version + "\n\0").getBytes(StandardCharsets.US_ASCII);
  }
}
