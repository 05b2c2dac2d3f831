package io.deltaport.delta;

import io.deltaport.ostree.Checksum;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
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

  /** Files that are equally good by name: only so many are told apart by their content. */
  static final int CONTENDERS_MAX = 8;

  private final List<SourceFile> files = new ArrayList<>();
  private final Map<Checksum, SourceFile> byObject = new HashMap<>();
  private final Map<String, SourceFile> byPath = new HashMap<>();
  private final Map<String, List<SourceFile>> byVersionlessPath = new HashMap<>();
  private final Map<String, List<SourceFile>> byVersionlessName = new HashMap<>();

  public SourceCatalog(Iterable<SourceFile> source) {
    for (SourceFile file : source) {
      if (isAddressable(file.path())) {
        add(file);
      }
    }
  }

  private void add(SourceFile file) {
    String versionless = VersionlessPath.of(file.path());
    files.add(file);
    byObject.putIfAbsent(file.object(), file);
    byPath.put(file.path(), file);
    addCandidate(byVersionlessPath, versionless, file);
    addCandidate(byVersionlessName, name(versionless), file);
  }

  private static void addCandidate(
      Map<String, List<SourceFile>> known, String key, SourceFile file) {
    List<SourceFile> same = known.computeIfAbsent(key, k -> new ArrayList<>(1));
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
    return choose(path, length).source();
  }

  /** Like {@link #older}, with the reason. */
  SourceChoice choose(String path, long length) {
    Contenders named = contenders(path, length);
    return named.files().isEmpty()
        ? SourceChoice.none(named.reason())
        : SourceChoice.of(named.files().getFirst(), named.reason());
  }

  /**
   * Files that are equally likely an older form of one new file, but for their sizes.
   *
   * @param files the closest size first, at most {@link #CONTENDERS_MAX}
   * @param reason why these
   */
  record Contenders(List<SourceFile> files, MatchReason reason) {}

  /** Like {@link #older}, with all that are equally good. */
  Contenders contenders(String path, long length) {
    SourceFile same = byPath.get(path);
    if (same != null && same.length() > 0) {
      return new Contenders(List.of(same), MatchReason.SAME_PATH);
    }
    String versionless = VersionlessPath.of(path);
    List<SourceFile> renamed =
        best(byVersionlessPath.getOrDefault(versionless, List.of()), path, length);
    if (!renamed.isEmpty()) {
      return new Contenders(renamed, MatchReason.RENAMED_PATH);
    }
    List<SourceFile> moved = best(moved(name(versionless), length), path, length);
    return new Contenders(moved, moved.isEmpty() ? MatchReason.NO_CANDIDATE : MatchReason.MOVED);
  }

  /** Returns all files that can be sources, in the order in which they came. */
  List<SourceFile> files() {
    return Collections.unmodifiableList(files);
  }

  private List<SourceFile> moved(String name, long length) {
    return byVersionlessName.getOrDefault(name, List.of()).stream()
        .filter(file -> isSimilarSize(file.length(), length))
        .toList();
  }

  /** Returns those that have the very name, if there are any, the closest size first. */
  private static List<SourceFile> best(List<SourceFile> candidates, String path, long length) {
    List<SourceFile> full = candidates.stream().filter(file -> file.length() > 0).toList();
    List<SourceFile> named = full.stream().filter(file -> sameName(file, path)).toList();
    return (named.isEmpty() ? full : named)
        .stream()
            .sorted(Comparator.comparingLong(file -> Math.abs(file.length() - length)))
            .limit(CONTENDERS_MAX)
            .toList();
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
