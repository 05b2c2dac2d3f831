package io.deltaport.delta;

import io.deltaport.ostree.Checksum;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The files of the old image, found by content, by path, by path without versions and by name.
 * Thread-safe once built; about 500 bytes of memory for each file.
 *
 * <p>Files that an applier could not open are left out: paths that are empty, absolute, longer than
 * {@link #PATH_MAX_BYTES}, not valid UTF-8 or with a {@code .}, {@code ..} or empty segment.
 */
public final class SourceCatalog {
  /** Longest path in bytes of UTF-8; appliers of tar-diff refuse longer ones. */
  public static final int PATH_MAX_BYTES = 4096;

  /** Files that share a name are many ({@code __init__.py}); only so many are looked at. */
  static final int CANDIDATES_MAX = 64;

  /** Files of the same name whose sizes differ more than this factor have little in common. */
  private static final int SIZE_FACTOR_MAX = 2;

  private final Map<Checksum, SourceFile> byObject = new HashMap<>();
  private final Map<String, SourceFile> byPath = new HashMap<>();
  private final Map<String, List<SourceFile>> byVersionlessPath = new HashMap<>();
  private final Map<String, List<SourceFile>> byVersionlessName = new HashMap<>();

  public SourceCatalog(Iterable<SourceFile> files) {
    for (SourceFile file : files) {
      if (isAddressable(file.path())) {
        add(file);
      }
    }
  }

  private void add(SourceFile file) {
    String versionless = VersionlessPath.of(file.path());
    byObject.putIfAbsent(file.object(), file);
    byPath.put(file.path(), file);
    addCandidate(byVersionlessPath, versionless, file);
    addCandidate(byVersionlessName, name(versionless), file);
  }

  private static void addCandidate(
      Map<String, List<SourceFile>> files, String key, SourceFile file) {
    List<SourceFile> same = files.computeIfAbsent(key, k -> new ArrayList<>(1));
    if (same.size() < CANDIDATES_MAX) {
      same.add(file);
    }
  }

  /** Returns a file that is the very same object, wherever it lies in the old image. */
  public Optional<SourceFile> unchanged(Checksum object) {
    return Optional.ofNullable(byObject.get(object));
  }

  /**
   * Returns the file that is most likely an older form of a new one: the same path, the same path
   * but for version numbers, or the same name and a similar size.
   *
   * @param path without a leading slash
   * @param length bytes of the new file
   */
  public Optional<SourceFile> older(String path, long length) {
    SourceFile same = byPath.get(path);
    if (same != null && same.length() > 0) {
      return Optional.of(same);
    }
    String versionless = VersionlessPath.of(path);
    List<SourceFile> renamed = byVersionlessPath.getOrDefault(versionless, List.of());
    return closest(renamed, path, length)
        .or(() -> closest(moved(name(versionless), length), path, length));
  }

  private List<SourceFile> moved(String name, long length) {
    return byVersionlessName.getOrDefault(name, List.of()).stream()
        .filter(file -> isSimilarSize(file.length(), length))
        .toList();
  }

  private static Optional<SourceFile> closest(List<SourceFile> files, String path, long length) {
    SourceFile best = null;
    for (SourceFile file : files) {
      if (file.length() > 0 && (best == null || isCloser(file, best, path, length))) {
        best = file;
      }
    }
    return Optional.ofNullable(best);
  }

  private static boolean isCloser(SourceFile file, SourceFile best, String path, long length) {
    int equal = Boolean.compare(sameName(file, path), sameName(best, path));
    if (equal != 0) {
      return equal > 0;
    }
    return Math.abs(file.length() - length) < Math.abs(best.length() - length);
  }

  private static boolean sameName(SourceFile file, String path) {
    return name(file.path()).equals(name(path));
  }

  private static boolean isSimilarSize(long one, long other) {
    return Math.max(one, other) / SIZE_FACTOR_MAX <= Math.min(one, other);
  }

  private static String name(String path) {
    return path.substring(path.lastIndexOf('/') + 1);
  }

  private static boolean isAddressable(String path) {
    for (String segment : path.split("/", -1)) {
      if (segment.isEmpty() || segment.equals(".") || segment.equals("..")) {
        return false;
      }
    }
    return path.indexOf('\0') < 0 && isEncodable(path);
  }

  private static boolean isEncodable(String path) {
    try {
      ByteBuffer bytes = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(path));
      return bytes.remaining() <= PATH_MAX_BYTES;
    } catch (CharacterCodingException e) {
      return false;
    }
  }
}
