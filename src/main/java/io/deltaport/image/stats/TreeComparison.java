package io.deltaport.image.stats;

import io.deltaport.image.StoredTrees;
import io.deltaport.image.stats.FileChange.Kind;
import io.deltaport.meta.StoredObjects;
import io.deltaport.ostree.Checksum;
import io.deltaport.ostree.DirTree;
import io.deltaport.ostree.ObjectName;
import io.deltaport.store.ObjectIndex;
import io.deltaport.store.ObjectLocation;
import io.deltaport.store.pack.PackBounds;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.TreeMap;

/**
 * Compares two trees level by level; folders that are the same object are not looked into. Not
 * thread-safe. Memory holds one level, the objects that differ, and the largest changes.
 */
final class TreeComparison {
  /** The largest first, and a fixed order among those of one size. */
  private static final Comparator<FileChange> ORDER =
      Comparator.comparingLong(FileChange::weight)
          .reversed()
          .thenComparing(FileChange::path)
          .thenComparing(FileChange::change);

  private static final DirTree EMPTY = new DirTree(List.of(), List.of());

  /** A folder that differs: objects of its dirtrees, null where a tree does not have it. */
  private record Pair(String path, Checksum former, Checksum later) {}

  /** A file that differs: its objects, null where a tree does not have it. */
  private record Difference(String path, Checksum former, Checksum later) {}

  private final StoredTrees trees;
  private final StoredObjects objects;
  private final List<Difference> differences = new ArrayList<>();
  private final Set<Checksum> laterFiles = new HashSet<>();
  private final Set<Checksum> laterFolders = new HashSet<>();
  private final PriorityQueue<FileChange> largest = new PriorityQueue<>(ORDER.reversed());
  private final Map<Kind, Long> counts = new EnumMap<>(Kind.class);
  private long newBytes;
  private long storedBytes;

  private TreeComparison(StoredTrees trees, StoredObjects objects) {
    this.trees = trees;
    this.objects = objects;
  }

  /**
   * Compares two trees.
   *
   * @param former null for an empty one
   * @throws IOException if a dirtree is not there or damaged
   */
  static TreeDifference of(
      StoredTrees trees, StoredObjects objects, ObjectTree former, ObjectTree later)
      throws IOException {
    TreeComparison comparison = new TreeComparison(trees, objects);
    comparison.walk(former, later);
    comparison.forgetKnown(former);
    return comparison.result();
  }

  /** The root of a tree: its dirtree and dirmeta. */
  record ObjectTree(Checksum tree, Checksum meta) {}

  private void walk(ObjectTree former, ObjectTree later) throws IOException {
    laterFolders.add(later.tree());
    laterFolders.add(later.meta());
    Checksum before = former == null ? null : former.tree();
    List<Pair> level =
        later.tree().equals(before) ? List.of() : List.of(new Pair("", before, later.tree()));
    while (!level.isEmpty()) {
      Set<Checksum> wanted = new HashSet<>();
      for (Pair pair : level) {
        add(pair.former(), wanted);
        add(pair.later(), wanted);
      }
      StoredTrees.Level folders = trees.level(wanted);
      List<Pair> below = new ArrayList<>();
      for (Pair pair : level) {
        compare(pair.path(), read(folders, pair.former()), read(folders, pair.later()), below);
      }
      level = below;
    }
  }

  private static void add(Checksum checksum, Set<Checksum> to) {
    if (checksum != null) {
      to.add(checksum);
    }
  }

  private static DirTree read(StoredTrees.Level folders, Checksum tree) throws IOException {
    return tree == null ? EMPTY : DirTree.decode(folders.read(tree));
  }

  private void compare(String path, DirTree former, DirTree later, List<Pair> below) {
    Map<String, Checksum> files = new TreeMap<>();
    former.files().forEach(file -> files.put(text(file.name()), file.object()));
    for (DirTree.FileEntry file : later.files()) {
      Checksum before = files.remove(text(file.name()));
      if (!file.object().equals(before)) {
        differences.add(new Difference(path + text(file.name()), before, file.object()));
        laterFiles.add(file.object());
      }
    }
    files.forEach((name, object) -> differences.add(new Difference(path + name, object, null)));

    Map<String, Checksum> folders = new TreeMap<>();
    former.folders().forEach(folder -> folders.put(text(folder.name()), folder.tree()));
    for (DirTree.FolderEntry folder : later.folders()) {
      Checksum before = folders.remove(text(folder.name()));
      laterFolders.add(folder.meta());
      if (!folder.tree().equals(before)) {
        laterFolders.add(folder.tree());
        below.add(new Pair(path + text(folder.name()) + "/", before, folder.tree()));
      }
    }
    folders.forEach((name, tree) -> below.add(new Pair(path + name + "/", tree, null)));
  }

  private static String text(byte[] name) {
    return new String(name, StandardCharsets.UTF_8);
  }

  /** What the former tree has anywhere is not new: it was moved, or copied. */
  private void forgetKnown(ObjectTree former) throws IOException {
    if (former != null) {
      trees.walk(former.tree(), former.meta(), this::forget);
    }
  }

  private void forget(Set<ObjectName> names) {
    for (ObjectName name : names) {
      laterFiles.remove(name.checksum());
      laterFolders.remove(name.checksum());
    }
  }

  private TreeDifference result() {
    for (int from = 0; from < differences.size(); from += ObjectIndex.BATCH_MAX / 2) {
      int to = Math.min(from + ObjectIndex.BATCH_MAX / 2, differences.size());
      take(differences.subList(from, to));
    }
    addSizes(laterFiles);
    addSizes(laterFolders);
    List<FileChange> files = new ArrayList<>(largest);
    files.sort(ORDER);
    return new TreeDifference(
        counts.getOrDefault(Kind.ADDED, 0L),
        counts.getOrDefault(Kind.CHANGED, 0L),
        counts.getOrDefault(Kind.REMOVED, 0L),
        laterFiles.size(),
        laterFolders.size(),
        newBytes,
        storedBytes,
        files);
  }

  private void take(List<Difference> batch) {
    Set<Checksum> names = new HashSet<>();
    for (Difference difference : batch) {
      add(difference.former(), names);
      add(difference.later(), names);
    }
    Map<Checksum, ObjectLocation> found = objects.find(names);
    for (Difference difference : batch) {
      FileChange change = change(difference, found);
      counts.merge(change.change(), 1L, Long::sum);
      largest.add(change);
      if (largest.size() > TreeDifference.FILES_MAX) {
        largest.poll();
      }
    }
  }

  private FileChange change(Difference difference, Map<Checksum, ObjectLocation> found) {
    Kind kind =
        difference.former() == null
            ? Kind.ADDED
            : difference.later() == null ? Kind.REMOVED : Kind.CHANGED;
    ObjectLocation later = difference.later() == null ? null : found.get(difference.later());
    ObjectLocation former = difference.former() == null ? null : found.get(difference.former());
    return new FileChange(
        difference.path(),
        kind,
        later == null ? 0 : later.length(),
        former == null ? 0 : former.length(),
        later != null && laterFiles.contains(difference.later()) ? stored(later) : 0);
  }

  /** What an object takes in its pack; of a shared frame the part that it has of a full one. */
  private static long stored(ObjectLocation location) {
    return location.sharesFrame()
        ? Math.ceilDiv(
            location.storedLength() * location.length(), PackBounds.SHARED_FRAME_BYTES_MAX)
        : location.storedLength();
  }

  private void addSizes(Set<Checksum> names) {
    List<Checksum> all = new ArrayList<>(names);
    for (int from = 0; from < all.size(); from += ObjectIndex.BATCH_MAX) {
      List<Checksum> some = all.subList(from, Math.min(from + ObjectIndex.BATCH_MAX, all.size()));
      for (ObjectLocation location : objects.find(some).values()) {
        newBytes += location.length();
        storedBytes += stored(location);
      }
    }
  }
}
