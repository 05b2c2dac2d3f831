package io.deltaport.image.repack;

import io.deltaport.layer.FlatNode;
import io.deltaport.layer.FlatTree;
import io.deltaport.ostree.Checksum;
import io.deltaport.store.ObjectIndex;
import io.deltaport.store.ObjectLocation;
import io.deltaport.store.pack.MemoryObjectIndex;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The regular files of an image and where the objects lie that have their contents. Immutable; some
 * 500 bytes for each file.
 */
final class TreeFiles {
  /**
   * A file.
   *
   * @param path normalised, without a leading slash
   * @param object the object that has the content itself
   * @param length bytes of the content
   */
  record Entry(byte[] path, Checksum object, long length) {}

  private final List<Entry> files = new ArrayList<>();
  private final Map<Checksum, ObjectLocation> locations = new HashMap<>();

  /** Looks up all files of a tree; those that have no place are left out. */
  TreeFiles(FlatTree tree, ObjectIndex stored, MemoryObjectIndex known) throws IOException {
    List<Entry> found = new ArrayList<>();
    tree.walk(
        (path, node) -> {
          if (node instanceof FlatNode.File file && file.kind().isRegular() && file.length() > 0) {
            found.add(new Entry(path, file.object(), file.length()));
          }
        });
    Set<Checksum> objects = new HashSet<>();
    found.forEach(entry -> objects.add(entry.object()));
    known.addFrom(stored, objects);
    Map<Checksum, ObjectLocation> places = known.find(objects);
    for (Entry entry : found) {
      ObjectLocation place = places.get(entry.object());
      if (place != null) {
        Checksum owner = place.contentOwner(entry.object());
        files.add(new Entry(entry.path(), owner, entry.length()));
        locations.put(owner, owner.equals(entry.object()) ? place : place.base().location());
      }
    }
    // Contents of files that are headers alone are read under their own names.
    known.addFrom(stored, locations.keySet());
  }

  /** Returns the files; several may have one object. */
  List<Entry> files() {
    return files;
  }

  /** Returns where the objects lie. */
  Map<Checksum, ObjectLocation> locations() {
    return locations;
  }
}
