package io.deltaport.layer;

import io.deltaport.oci.Digest;
import io.deltaport.ostree.Checksum;
import io.deltaport.store.driver.Driver;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What must be put on top of one tree to make another one: entries of the layers of the other one,
 * and whiteouts. Not thread-safe.
 */
final class TreeChanges {
  private final FlatTree target;
  private final NavigableMap<byte[], FlatNode> wanted = new TreeMap<>(Arrays::compareUnsigned);
  private final SortedSet<byte[]> changed = new TreeSet<>(Arrays::compareUnsigned);
  private final SortedSet<byte[]> replaced = new TreeSet<>(Arrays::compareUnsigned);
  private final SortedSet<byte[]> removed = new TreeSet<>(Arrays::compareUnsigned);

  private TreeChanges(FlatTree target) {
    this.target = target;
  }

  /**
   * Compares two trees.
   *
   * @param layers diff_ids of the target's layers, bottom first, which have recipes
   * @throws NotRestackableException if a hard link leads to what a later layer replaces
   */
  static TreeChanges between(FlatTree source, FlatTree target, Driver driver, List<Digest> layers)
      throws IOException, NotRestackableException {
    TreeChanges changes = between(source, target);
    while (changes.addLinkTargets(driver, layers)) {
      // A target may be a link itself.
    }
    return changes;
  }

  /** Compares two trees whose hard links do not matter. */
  static TreeChanges between(FlatTree source, FlatTree target) {
    TreeChanges changes = new TreeChanges(target);
    if (!source.root().meta().equals(target.root().meta())) {
      changes.change(new byte[0], target.root());
    }
    changes.compare(new byte[0], source.root(), target.root());
    return changes;
  }

  // As deep as paths have segments.
  private void compare(byte[] path, FlatNode.Folder source, FlatNode.Folder to) {
    for (Map.Entry<byte[], FlatNode> child : to.children().entrySet()) {
      byte[] name = TarPath.child(path, child.getKey());
      FlatNode old = source == null ? null : source.children().get(child.getKey());
      switch (child.getValue()) {
        case FlatNode.File file -> {
          if (!(old instanceof FlatNode.File same && same.object().equals(file.object()))) {
            change(name, file);
          }
          if (old instanceof FlatNode.Folder) {
            replaced.add(name);
          }
        }
        case FlatNode.Folder folder -> {
          FlatNode.Folder before = old instanceof FlatNode.Folder same ? same : null;
          if (before == null || !before.meta().equals(folder.meta())) {
            change(name, folder);
          }
          if (old instanceof FlatNode.File) {
            replaced.add(name);
          }
          compare(name, before, folder);
        }
      }
    }
    if (source != null) {
      for (byte[] name : source.children().keySet()) {
        if (!to.children().containsKey(name)) {
          byte[] gone = TarPath.child(path, name);
          removed.add(gone);
          wantParents(gone);
        }
      }
    }
  }

  private void change(byte[] path, FlatNode node) {
    changed.add(path);
    want(path, node);
  }

  private void want(byte[] path, FlatNode node) {
    wanted.put(path, node);
    wantParents(path);
  }

  /** Folders on the way are told again: some tools would make them with modes of their own. */
  private void wantParents(byte[] path) {
    for (byte[] at = path; at.length > 0; ) {
      at = TarPath.parent(at);
      if (wanted.putIfAbsent(at, target.find(at).orElseThrow()) != null) {
        return;
      }
    }
  }

  private boolean addLinkTargets(Driver driver, List<Digest> layers)
      throws IOException, NotRestackableException {
    boolean more = false;
    for (int layer = 0; layer < layers.size(); layer++) {
      if (!hasFrom(layer)) {
        continue;
      }
      try (RecipeReader recipe = RecipeReader.open(driver, layers.get(layer))) {
        for (RecipeRecord next = recipe.next(); next != null; next = recipe.next()) {
          if (next instanceof RecipeRecord.Entry entry && entry.kind() == EntryKind.HARD_LINK) {
            more |= addLinkTarget(entry, layer);
          }
        }
      }
    }
    return more;
  }

  /** Layers are applied one by one by some tools, so that a link needs its target beside it. */
  private boolean addLinkTarget(RecipeRecord.Entry link, int layer) throws NotRestackableException {
    if (!isFrom(link.path(), layer)) {
      return false;
    }
    FlatNode node = target.find(link.target()).orElse(null);
    boolean same =
        node instanceof FlatNode.File file
            && wanted.get(link.path()) instanceof FlatNode.File linked
            && file.object().equals(linked.object())
            && file.layer() <= layer;
    if (!same) {
      throw new NotRestackableException(
          "The file '"
              + TarPath.show(link.path())
              + "' is a hard link to '"
              + TarPath.show(link.target())
              + "', which a later layer replaces.");
    }
    boolean more = !wanted.containsKey(link.target());
    if (more) {
      want(link.target(), node);
    }
    return more;
  }

  /** Says whether an entry of a layer for this path is needed. */
  boolean isFrom(byte[] path, int layer) {
    FlatNode node = wanted.get(path);
    return node != null && node.layer() == layer;
  }

  /** Says whether anything of a layer is needed. */
  boolean hasFrom(int layer) {
    return wanted.values().stream().anyMatch(node -> node.layer() == layer);
  }

  /** Returns the objects whose contents are needed. */
  Set<Checksum> objects() {
    Set<Checksum> objects = new HashSet<>();
    for (FlatNode node : wanted.values()) {
      if (node instanceof FlatNode.File file) {
        objects.add(file.object());
      }
    }
    return objects;
  }

  /** Returns what must be told, folders before what is in them. */
  SortedMap<byte[], FlatNode> wanted() {
    return wanted;
  }

  /** Returns the paths that differ, without those that are only told again. */
  SortedSet<byte[]> changed() {
    return changed;
  }

  /** Says whether a file takes the place of a folder, or a folder that of a file. */
  boolean isReplaced(byte[] path) {
    return replaced.contains(path);
  }

  /** Returns what must be hidden. */
  SortedSet<byte[]> removed() {
    return removed;
  }

  /** Says whether a path is a folder such as is made where no entry tells of one. */
  boolean isPlainFolder(byte[] path) {
    return wanted.get(path) instanceof FlatNode.Folder folder
        && folder.meta().equals(DefaultFolder.CHECKSUM);
  }
}
