package io.deltaport.layer.blob;

import java.util.Optional;

/**
 * How the zstd library is set.
 *
 * @param level 1 to 22
 * @param checksum whether the frame ends with one
 * @param size whether the frame's header tells the tar's length
 * @param workers 0 for none, 1 for a stream that is cut into jobs: more of them make the same bytes
 * @param windowLog the window's length as a power of two; 0 for what the level has
 */
record ZstdSettings(int level, boolean checksum, boolean size, int workers, int windowLog) {
  /** Level, flags (1 checksum, 2 size), workers, window. */
  static final int BYTES = 4;

  private static final int CHECKSUM = 1;
  private static final int SIZE = 2;
  private static final int LEVEL_MAX = 22;
  private static final int WINDOW_LOG_MIN = 10;

  /** As for reading layers: 128 MiB of native memory. */
  private static final int WINDOW_LOG_MAX = 27;

  byte[] encode() {
    int flags = (checksum ? CHECKSUM : 0) | (size ? SIZE : 0);
    return new byte[] {(byte) level, (byte) flags, (byte) workers, (byte) windowLog};
  }

  static Optional<ZstdSettings> decode(byte[] bytes) {
    boolean valid =
        bytes.length == BYTES
            && bytes[0] >= 1
            && bytes[0] <= LEVEL_MAX
            && (bytes[1] & ~(CHECKSUM | SIZE)) == 0
            && (bytes[2] == 0 || bytes[2] == 1)
            && isWindow(bytes[3]);
    return valid
        ? Optional.of(
            new ZstdSettings(
                bytes[0], (bytes[1] & CHECKSUM) != 0, (bytes[1] & SIZE) != 0, bytes[2], bytes[3]))
        : Optional.empty();
  }

  /** Says whether a window's length is one that is taken. */
  static boolean isWindow(int log) {
    return log == 0 || (log >= WINDOW_LOG_MIN && log <= WINDOW_LOG_MAX);
  }
}
