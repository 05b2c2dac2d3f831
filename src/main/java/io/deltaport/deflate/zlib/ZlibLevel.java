package io.deltaport.deflate.zlib;

/**
 * How hard zlib looks for matches at a level. GNU gzip's are the same.
 *
 * @param good a pending match of this length makes the search four times shorter
 * @param lazy no search behind a pending match of this length; for the levels that take the first
 *     match, only matches up to this length are entered byte by byte
 * @param nice a match of this length ends the search
 * @param chain most candidates looked at
 * @param deferred whether a match waits for a better one a byte later
 */
record ZlibLevel(int good, int lazy, int nice, int chain, boolean deferred) {
  private static final ZlibLevel[] LEVELS = {
    new ZlibLevel(4, 4, 8, 4, false),
    new ZlibLevel(4, 5, 16, 8, false),
    new ZlibLevel(4, 6, 32, 32, false),
    new ZlibLevel(4, 4, 16, 16, true),
    new ZlibLevel(8, 16, 32, 32, true),
    new ZlibLevel(8, 16, 128, 128, true),
    new ZlibLevel(8, 32, 128, 256, true),
    new ZlibLevel(32, 128, 258, 1024, true),
    new ZlibLevel(32, 258, 258, 4096, true)
  };

  /** Returns what a level from 1 to 9 means. */
  static ZlibLevel of(int level) {
    return LEVELS[level - 1];
  }
}
