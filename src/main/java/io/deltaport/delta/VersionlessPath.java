package io.deltaport.delta;

/**
 * Takes the version numbers out of a path, so that a file is found again in the next release.
 *
 * <p>Samples: {@code usr/lib/modules/6.1.0-13-amd64/kernel/fs/xfs/xfs.ko} becomes {@code
 * usr/lib/modules/#-amd#/kernel/fs/xfs/xfs.ko}, {@code libfoo.so.1.2} and {@code libfoo.so.1.2.3}
 * both become {@code libfoo.so.#}.
 */
final class VersionlessPath {
  private static final char NUMBER = '#';
  private static final String JOINERS = ".-_+~:";

  private VersionlessPath() {}

  /** Returns {@code path} with each version, digits joined by punctuation, as one mark. */
  static String of(String path) {
    StringBuilder result = new StringBuilder(path.length());
    int at = 0;
    while (at < path.length()) {
      if (isDigit(path.charAt(at))) {
        result.append(NUMBER);
        at = endOfVersion(path, at);
      } else {
        result.append(path.charAt(at++));
      }
    }
    return result.toString();
  }

  private static int endOfVersion(String path, int from) {
    int at = from;
    while (at < path.length() && (isDigit(path.charAt(at)) || joinsDigits(path, at))) {
      at++;
    }
    return at;
  }

  private static boolean joinsDigits(String path, int at) {
    return JOINERS.indexOf(path.charAt(at)) >= 0
        && at + 1 < path.length()
        && isDigit(path.charAt(at + 1));
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }
}
