package io.deltaport.delta;

import io.deltaport.ostree.Checksum;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The files of a target for which names give no source, or several that are equally good; and in
 * which old files it is worth looking for them. Built from one pass over the target. Not
 * thread-safe; about 200 bytes of memory for each file of the target.
 */
final class UnclearFiles {
  /** Smaller files are not worth reading others for. */
  static final int MIN_BYTES = 4 << 10;

  /** Files that are looked for, the largest ones; others are left to their names. */
  private static final int FILES_MAX = 4096;

  /** Ranks of sources, the lowest are read first. */
  private static final int STILL_THERE = 4;

  private static final int OTHER_ENDING = 2;
  private static final int OTHER_FOLDER = 1;

  /**
   * A file of the target.
   *
   * @param contenders sources that its name gives
   * @param reason why these
   */
  record Unclear(
      String path, Checksum object, long length, Set<SourceFile> contenders, MatchReason reason) {}

  private final SourceCatalog catalog;
  private final List<Unclear> files;
  private final Set<Checksum> objects = new HashSet<>();
  private final Set<String> paths = new HashSet<>();

  UnclearFiles(SourceCatalog catalog, Iterable<TargetPart> target) {
    this.catalog = catalog;
    List<Unclear> all = new ArrayList<>();
    for (TargetPart part : target) {
      if (part instanceof TargetPart.Content content && content.offset() == 0) {
        put(content, all);
      }
    }
    all.sort(Comparator.comparingLong(Unclear::length).reversed());
    this.files = List.copyOf(all.subList(0, Math.min(all.size(), FILES_MAX)));
  }

  private void put(TargetPart.Content content, List<Unclear> all) {
    String path = ArchivePath.normalize(content.path());
    paths.add(path);
    boolean first = objects.add(content.object());
    if (!first || content.length() < MIN_BYTES || catalog.unchanged(content.object()).isPresent()) {
      return;
    }
    SourceCatalog.Contenders named = catalog.contenders(path, content.length());
    if (named.files().size() != 1) {
      all.add(
          new Unclear(
              path,
              content.object(),
              content.length(),
              new LinkedHashSet<>(named.files()),
              named.reason()));
    }
  }

  /** Returns the files in question, largest first. */
  List<Unclear> files() {
    return files;
  }

  /** Returns the bytes of these files. */
  long bytes() {
    return files.stream().mapToLong(Unclear::length).sum();
  }

  /**
   * Returns the sources to look at, most promising first: those that names give; and if there are
   * files without any, others that are not in the target as they are, first those that have no
   * successor at their own path.
   */
  List<SourceFile> sources() {
    Set<SourceFile> result = new LinkedHashSet<>();
    files.forEach(file -> result.addAll(file.contenders()));
    List<Unclear> nameless = files.stream().filter(file -> file.contenders().isEmpty()).toList();
    if (!nameless.isEmpty()) {
      result.addAll(ranked(nameless));
    }
    return List.copyOf(result);
  }

  private List<SourceFile> ranked(List<Unclear> nameless) {
    Set<String> endings = new HashSet<>();
    Set<String> folders = new HashSet<>();
    for (Unclear file : nameless) {
      endings.add(ending(file.path()));
      folders.add(folder(file.path()));
    }
    Comparator<SourceFile> byRank =
        Comparator.comparingInt(
            file ->
                (paths.contains(file.path()) ? STILL_THERE : 0)
                    + (endings.contains(ending(file.path())) ? 0 : OTHER_ENDING)
                    + (folders.contains(folder(file.path())) ? 0 : OTHER_FOLDER));
    Set<Checksum> seen = new HashSet<>(objects);
    return catalog.files().stream()
        .filter(file -> file.length() >= MIN_BYTES && seen.add(file.object()))
        .sorted(byRank)
        .toList();
  }

  private static String folder(String path) {
    return VersionlessPath.of(path.substring(0, path.lastIndexOf('/') + 1));
  }

  private static String ending(String path) {
    String name = path.substring(path.lastIndexOf('/') + 1);
    return name.substring(Math.max(0, name.lastIndexOf('.')));
  }
}
