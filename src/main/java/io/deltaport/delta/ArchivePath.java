package io.deltaport.delta;

import java.nio.charset.StandardCharsets;

/** Brings names of archive entries into the form in which the old image's files are named. */
final class ArchivePath {
  private ArchivePath() {}

  /**
   * Returns the name without leading {@code ./} and {@code /}. Bytes that are not UTF-8 become
   * replacement characters: such a name can still be compared, and only that is done with it.
   */
  static String normalize(byte[] path) {
    int from = 0;
    while (from < path.length && (path[from] == '/' || isDotSlash(path, from))) {
      from += path[from] == '/' ? 1 : 2;
    }
    return new String(path, from, path.length - from, StandardCharsets.UTF_8);
  }

  private static boolean isDotSlash(byte[] path, int at) {
    return path[at] == '.' && at + 1 < path.length && path[at + 1] == '/';
  }
}
