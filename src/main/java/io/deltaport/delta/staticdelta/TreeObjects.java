package io.deltaport.delta.staticdelta;

import io.deltaport.ostree.Checksum;
import io.deltaport.ostree.Commit;
import io.deltaport.ostree.DirTree;
import io.deltaport.ostree.OstreeFormatException;
import io.deltaport.ostree.staticdelta.DeltaObject;
import io.deltaport.store.ObjectNotFoundException;
import io.deltaport.store.ObjectReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * All objects below a commit with the first path at which each lies, and how long they are. Folders
 * are read one level after the other, so that an index is asked a few times only. About 300 bytes
 * of memory for each object.
 */
final class TreeObjects {
  /** Objects of one commit: some hundred times an ordinary system. */
  private static final int OBJECTS_MAX = 8_000_000;

  /** Largest dirtree: one of a million files. */
  private static final int DIRTREE_BYTES_MAX = 128 << 20;

  /** Where an object lies and how long its stream is. */
  record Found(String path, long length) {}

  private record Folder(String path, Checksum tree) {}

  private final ObjectReader objects;
  private final Map<DeltaObject, String> paths = new LinkedHashMap<>();
  private final Map<DeltaObject, Found> found = new LinkedHashMap<>();

  private TreeObjects(ObjectReader objects) {
    this.objects = objects;
  }

  /**
   * Walks a commit's tree.
   *
   * @return in the order of the walk, which the commit alone decides
   * @throws ObjectNotFoundException if an object of the tree is missing
   */
  static Map<DeltaObject, Found> of(Commit commit, ObjectReader objects) throws IOException {
    TreeObjects walk = new TreeObjects(objects);
    walk.put(DeltaObject.DIRMETA, commit.meta(), "");
    List<Folder> level = new ArrayList<>();
    walk.putFolder("", commit.tree(), level);
    while (!level.isEmpty()) {
      walk.measure();
      List<Folder> below = new ArrayList<>();
      for (Folder folder : level) {
        walk.read(folder, below);
      }
      level = below;
    }
    walk.measure();
    return walk.found;
  }

  private void read(Folder folder, List<Folder> below) throws IOException {
    String prefix = folder.path.isEmpty() ? "" : folder.path + '/';
    DirTree tree = DirTree.decode(bytes(folder.tree));
    for (DirTree.FileEntry file : tree.files()) {
      put(DeltaObject.FILE, file.object(), prefix + text(file.name()));
    }
    for (DirTree.FolderEntry child : tree.folders()) {
      String path = prefix + text(child.name());
      put(DeltaObject.DIRMETA, child.meta(), path);
      putFolder(path, child.tree(), below);
    }
  }

  private byte[] bytes(Checksum tree) throws IOException {
    try (InputStream in = objects.open(tree)) {
      byte[] bytes = in.readNBytes(DIRTREE_BYTES_MAX + 1);
      if (bytes.length > DIRTREE_BYTES_MAX) {
        throw new OstreeFormatException("the dirtree " + tree + " is too large");
      }
      return bytes;
    }
  }

  private void putFolder(String path, Checksum tree, List<Folder> folders)
      throws OstreeFormatException {
    if (put(DeltaObject.DIRTREE, tree, path)) {
      folders.add(new Folder(path, tree));
    }
  }

  private boolean put(int type, Checksum checksum, String path) throws OstreeFormatException {
    DeltaObject object = new DeltaObject(type, checksum);
    if (found.containsKey(object) || paths.putIfAbsent(object, path) != null) {
      return false;
    }
    if (found.size() + paths.size() > OBJECTS_MAX) {
      throw new OstreeFormatException("a commit has more than " + OBJECTS_MAX + " objects");
    }
    return true;
  }

  /** Looks up the lengths of what was put since the last time. */
  private void measure() throws IOException {
    Map<Checksum, Long> lengths =
        objects.lengths(paths.keySet().stream().map(DeltaObject::checksum).toList());
    for (Map.Entry<DeltaObject, String> entry : paths.entrySet()) {
      Long length = lengths.get(entry.getKey().checksum());
      if (length == null) {
        throw new ObjectNotFoundException(entry.getKey().checksum());
      }
      found.put(entry.getKey(), new Found(entry.getValue(), length));
    }
    paths.clear();
  }

  /** Names that are not UTF-8 can still be compared, and only that is done with them. */
  private static String text(byte[] name) {
    return new String(name, StandardCharsets.UTF_8);
  }
}
